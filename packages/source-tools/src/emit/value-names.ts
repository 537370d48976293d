import { type AnyNode, type Graph, nodeAt, type OpName, TOKENS } from '@geodesic/compiler';
import type { PhaseGraph } from './phase-graph.js';

/** What the layers share is called by what it is. */
const SHARED: Partial<Record<OpName, string>> = {
  attentionMask: 'mask',
  rotaryCos: 'cos',
  rotarySin: 'sin',
  positionIndices: 'tableRows',
  alibiBias: 'alibi',
  add: 'bias',
  mergePlan: 'plan',
  mergedExtents: 'extents',
  mergedSizes: 'sizes',
  mergedPositions: 'positionIds',
  mergedProtection: 'protection',
};

/** What a value without a name of its own is called where it needs a variable. */
const BY_OP: Partial<Record<OpName, string>> = {
  add: 'sum',
  sub: 'difference',
  mul: 'product',
  div: 'quotient',
  linear: 'projected',
  embedding: 'embedded',
  splitHeads: 'heads',
  mergeHeads: 'features',
  silu: 'activated',
  gelu: 'activated',
  geluTanh: 'activated',
  relu: 'activated',
  softmax: 'probabilities',
  sum: 'total',
  keepTopK: 'kept',
  slice: 'part',
  attention: 'context',
  rope: 'turned',
  rmsNorm: 'normed',
  layerNorm: 'normed',
};

/** The name of a stream, mask or table among those of its tokens: `mask`. */
export function sharedName({ op, name }: AnyNode): string {
  return SHARED[op] ?? camelCase(name.split('.').slice(-1));
}

/** The same with the tokens that it describes: `slotMask` behind a merge, `windowMask` with a window. */
export function qualifiedName(node: AnyNode): string {
  const window = node.op === 'attentionMask' && node.attributes.window !== null ? ['window'] : [];
  const isOfSlots = node.op !== 'mergePlan' && node.type.axes.some(({ domain }) => domain?.includes('/'));
  const past = node.op === 'cacheAppend' ? ['all'] : [];
  const own = node.op === 'cacheAppend' ? (streamOf(node.name) ?? '') : sharedName(node);
  return camelCase([...past, ...(isOfSlots ? ['slot'] : []), ...window, own]);
}

/** `extents` of `cache.tokens.extents.appended`. */
function streamOf(name: string): string | undefined {
  return new RegExp(`^cache\\.${TOKENS}[^.]*\\.(\\w+)`).exec(name)?.[1];
}

/** What a value of hidden states is called, by its stable path within its layer or model. */
export function hiddenName(
  phase: PhaseGraph,
  node: AnyNode,
  path: string,
  reserved: ReadonlySet<string>,
): { readonly name?: string; readonly fallback: string } {
  const segments = path.replace(/#\d+$/, '').split('.');
  const last = segments.at(-1) as string;
  if (last === node.op) return { fallback: fallbackOf(phase, node, segments) };
  if (last !== 'output') return { name: last, fallback: last };
  const place = segments.slice(/^\d+$/.test(segments.at(-2) ?? '') ? -3 : -2, -1);
  const name = camelCase(place);
  return { name: reserved.has(name) ? `${name}Output` : name, fallback: name };
}

function fallbackOf({ graph }: PhaseGraph, node: AnyNode, segments: readonly string[]): string {
  if (node.op === 'add' && segments.length === 1) return 'hidden';
  const projection = projectionOf(graph, node);
  if (projection !== undefined) return projection;
  const projected = node.op === 'splitHeads' ? nodeAt(graph, node.inputs[0] as number) : undefined;
  const split = projected && projectionOf(graph, projected);
  if (split !== undefined) return `${split}Heads`;
  return BY_OP[node.op] ?? `${node.op}Result`;
}

/** `key` of what is multiplied with `layers.0.attention.key.weight`. */
function projectionOf(graph: Graph, { op, inputs }: AnyNode): string | undefined {
  if (op !== 'linear') return undefined;
  const name = nodeAt(graph, inputs[1] as number)
    .name.split('.')
    .at(-2);
  return name !== undefined && /^[a-z]\w*$/i.test(name) ? name : undefined;
}

export function camelCase(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');
}
