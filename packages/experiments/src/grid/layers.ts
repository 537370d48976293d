/**
 * Layers of a model that a spec's layers mean: as they are, or, for a spec that was written for models of `writtenFor` layers,
 * round(layer × depth / writtenFor), so that they lie at the same share of the depth; each once, ascending.
 */
export function layersOf(layers: readonly number[], depth: number, writtenFor = depth): number[] {
  const scaled = layers.map((layer) => Math.round((layer * depth) / writtenFor));
  return [...new Set(scaled)].sort((a, b) => a - b);
}
