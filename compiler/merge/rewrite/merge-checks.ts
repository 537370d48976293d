import { GeodesicError } from '../../error.js';
import { isOfTail, TOKENS } from '../../ir/domain.js';
import { type AnyNode, findNode, type Graph } from '../../ir/graph.js';
import { dependsOnLength, type OpAttributes } from '../../ir/ops.js';
import { layerOf, layerOutput, mergedStates } from '../../ir/value-name.js';
import type { ResolvedMergeOptions } from '../options.js';
import { protectsSurprise } from '../protection.js';

/**
 * The output of the layer that a merge follows.
 *
 * @throws GeodesicError `merge.layer`
 */
export function findBoundary(graph: Graph, layer: number): AnyNode {
  const node = findNode(graph, layerOutput(layer));
  if (node !== undefined) return node;
  const layers = graph.nodes.filter(({ name }) => name === layerOutput(layerOf(name) ?? -1)).length;
  throw new GeodesicError(
    'merge.layer',
    `slerpMerge: afterLayer ${layer} is out of range: the model has ${layers} layers, 0 to ${layers - 1}`,
  );
}

/**
 * The domain of the tokens of hidden states.
 *
 * @throws GeodesicError `merge.stream`
 */
export function tokenDomain(node: AnyNode): string {
  const domain = node.type.axes[1]?.domain;
  if (domain === undefined)
    throw new GeodesicError('merge.stream', `slerpMerge: '${node.name}' has no token axis`);
  return domain;
}

/**
 * Whether a graph can take a further merge of tokens of this domain.
 *
 * @throws GeodesicError `merge.order`, `merge.option`
 */
export function checkMerge(graph: Graph, options: ResolvedMergeOptions, source: string): void {
  checkOrder(graph, options.afterLayer);
  checkStreaming(graph, options, source);
  checkSurprise(options, source);
}

/** Each merge works on what the one before it left, so they come by ascending layer. */
function checkOrder(graph: Graph, layer: number): void {
  for (const { name } of graph.nodes) {
    const merged = layerOf(name) ?? -1;
    if (merged < layer || name !== mergedStates(merged)) continue;
    throw new GeodesicError(
      'merge.order',
      `slerpMerge: afterLayer ${layer} follows a merge after layer ${merged}; merge each layer once, in ascending order`,
    );
  }
}

/** What streams from one merge to the next would have to be recomputed by both: only one merge can go on. */
function checkStreaming(graph: Graph, { stream }: ResolvedMergeOptions, source: string): void {
  if (stream === 'kv') checkRotation(graph);
  const streams = [...graph.outputs.keys()].some(isOfTail);
  if (!streams && (stream === 'off' || source === TOKENS)) return;
  throw new GeodesicError(
    'merge.option',
    'slerpMerge: a merge that goes on (stream) works alone, and this model has several',
  );
}

/** Probes know the states of tokens, not those of slots. */
function checkSurprise({ afterLayer, protect }: ResolvedMergeOptions, source: string): void {
  if (!protectsSurprise(protect) || source === TOKENS) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: protect 'surprising' is for the first merge: the one after layer ${afterLayer} sees merged tokens`,
  );
}

/** Keys that were cached with other frequencies can't be turned back. */
function checkRotation(graph: Graph): void {
  const node = graph.nodes.find(
    ({ op, attributes }) =>
      op === 'rotaryCos' && dependsOnLength((attributes as OpAttributes['rotaryCos']).scaling),
  );
  if (node === undefined) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: stream 'kv' can't turn cached keys back, whose rotary frequencies depend on the length of a row in this model ('${node.name}'): use 'exact'`,
  );
}
