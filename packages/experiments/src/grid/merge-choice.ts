import { DEFAULT_MERGE } from '@geodesic/compiler';
import type { Variant } from './cell.js';

/** Merge options of a spec without its label; `afterLayer` is the spec's layers' where it is not among them. */
export type MergeChoice = Readonly<Record<string, unknown>>;

/** A merge behind each of the layers, or behind its own. */
export function behindLayers(
  options: MergeChoice,
  layers: readonly number[],
): (Pick<Variant, 'layer'> & Required<Pick<Variant, 'merge'>>)[] {
  const placed =
    options.afterLayer === undefined ? layers.map((afterLayer) => ({ ...options, afterLayer })) : [options];
  return placed.map((merge: MergeChoice) => ({
    ...layerOf(merge.afterLayer),
    merge: merge as unknown as NonNullable<Variant['merge']>,
  }));
}

/** The layer that a merge stands at in plots: its first. */
function layerOf(afterLayer: unknown): Pick<Variant, 'layer'> {
  const first = Array.isArray(afterLayer) ? afterLayer[0] : afterLayer;
  return typeof first === 'number' ? { layer: first } : {};
}

/** What reports call a merge that was given no label: its interpolation, and whatever is not the default. */
export function mergeLabel(options: MergeChoice): string {
  const { interpolation = DEFAULT_MERGE.interpolation, ...others } = options;
  return labelWith(String(interpolation), others);
}

/** A name, and the options that are not the defaults. */
export function labelWith(name: string, { afterLayer, ...options }: MergeChoice): string {
  // One layer is a column of its own; which several layers there are, only the label can say.
  const rest = Array.isArray(afterLayer) ? { afterLayer, ...options } : options;
  const defaults: MergeChoice = DEFAULT_MERGE;
  // Sessions protect more by default than the compiler does, and what surprises more than their probe says.
  const changed = Object.entries(rest).filter(
    ([key, value]) =>
      key === 'protect' || key === 'surprise' || JSON.stringify(value) !== JSON.stringify(defaults[key]),
  );
  return [name, ...changed.map(([key, value]) => `${key} ${textOf(value)}`)].join(', ');
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
