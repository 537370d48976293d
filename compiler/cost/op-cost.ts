import type { Node } from '../ir/graph.js';
import type { Interpolation, OpName } from '../ir/ops.js';

/** Arithmetic and memory traffic of a node, a layer or a graph. */
export interface Cost {
  /** Floating point operations; an addition, a product and a function such as exp count as one each. */
  readonly flops: number;
  /** Bytes of operands read and of the result written. */
  readonly bytes: number;
}

/** Shapes of a node's operands and result in one run. */
export interface NodeShapes {
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
}

export type OpCost<K extends OpName> = (node: Node<K>, shapes: NodeShapes) => Cost;

/** Every element is an f32 or an i32. */
export const BYTES_PER_ELEMENT = 4;

/** Per score of a softmax: maximum, difference, exp, sum, quotient. */
const SOFTMAX_FLOPS = 5;

/** Per score of a soft cap: quotient, tanh, product. */
const SOFTCAP_FLOPS = 3;

/** Per feature of a slot of so many members: slerp and the reference take the dot product of each two, norms and scaled summands. */
const MERGE_FLOPS: { readonly [K in Interpolation]: (members: number) => number } = {
  slerp: (members) => members * members + 3 * members - 1,
  mean: (members) => members,
  'norm-preserving': (members) => 4 * members + 1,
  drop: () => 0,
  reference: () => 9,
};

/**
 * What each op costs. Attention counts the pairs of a query with the keys up to its own, the last of which are those of the queries
 * themselves: what a causal mask leaves. Kernels that compute masked scores do more, and a window leaves less. An op without a cost
 * does not compile.
 */
export const opCosts: { readonly [K in OpName]: OpCost<K> } = {
  // Counted where they are read.
  input: nothing,
  state: nothing,
  parameter: nothing,
  constant: nothing,

  neg: perResult(1),
  exp: perResult(1),
  log: perResult(1),
  sqrt: perResult(1),
  rsqrt: perResult(1),
  tanh: perResult(1),
  sigmoid: perResult(1),
  relu: perResult(1),
  silu: perResult(2),
  gelu: perResult(5),
  geluTanh: perResult(9),

  add: perResult(1),
  sub: perResult(1),
  mul: perResult(1),
  div: perResult(1),
  maximum: perResult(1),
  minimum: perResult(1),

  matmul: (_, shapes) => dense(2 * last(shapes.inputs[0]) * elements(shapes.output), shapes),
  linear: (_, shapes) => {
    const perFeature = 2 * last(shapes.inputs[0]) + (shapes.inputs.length > 2 ? 1 : 0);
    return dense(perFeature * elements(shapes.output), shapes);
  },
  // Reads one vector of the table for each id.
  embedding: (_, { inputs, output }) => moved(elements(inputs[0]) + 2 * elements(output)),
  softmax: perResult(SOFTMAX_FLOPS),
  sum: perFirst(1),
  mean: perFirst(1),
  slice: (_, { output }) => moved(2 * elements(output)),
  keepTopK: perResult(1),
  concat: perResult(0),
  transpose: perResult(0),
  splitHeads: perResult(0),
  mergeHeads: perResult(0),

  rmsNorm: perResult(4),
  layerNorm: perResult(7),

  rotaryCos: perResult(2),
  rotarySin: perResult(2),
  // x · cos + swapped x · sin, for the features that turn.
  rope: (_, shapes) => {
    const features = last(shapes.output);
    return dense(3 * (elements(shapes.output) / features) * last(shapes.inputs[1]), shapes);
  },

  positionIndices: perResult(1),
  alibiBias: perResult(2),
  attentionMask: perResult(1),
  attention: (node, shapes) => {
    const [queries = [], keys = [], values = []] = shapes.inputs;
    const [rows = 0, tokens = 0, heads = 0] = queries;
    const scores = rows * heads * seenPairs(tokens, keys[1] ?? 0);
    // q·kᵀ, scale, cap, mask, softmax, p·v.
    const cap = node.attributes.softcap === null ? 0 : SOFTCAP_FLOPS;
    return dense(scores * (2 * last(queries) + 2 + cap + SOFTMAX_FLOPS + 2 * last(values)), shapes);
  },
  cacheAppend: perResult(0),

  mergePlan: perResult(0),
  // Five numbers are added for each token.
  surprisingTokens: perResult(5),
  mergeChoice: perResult(0),
  eviction: perResult(0),
  mergeTail: perResult(0),
  settledSlots: perResult(0),
  tailSlots: perResult(0),
  tokenMerge: (node, shapes) => {
    const perFeature = MERGE_FLOPS[node.attributes.interpolation](last(shapes.inputs[1]) - 1);
    return dense(perFeature * elements(shapes.output), shapes);
  },
  // The dot product of each two members, and their norms.
  mergeStatistics: (_, shapes) => {
    const members = last(shapes.inputs[1]) - 1;
    const slots = elements(shapes.output) / 2;
    return dense(slots * members * (members + 1) * last(shapes.inputs[0]), shapes);
  },
  mergedExtents: perResult(0),
  mergedSizes: perResult(1),
  mergedProtection: perResult(1),
  mergedPositions: perResult(2),
  // The same values under another type.
  enterDomain: nothing,
  targets: perResult(1),
  // Reads the last slots only.
  lastToken: (_, { output }) => moved(2 * elements(output)),
};

/** Pairs of a query and a key that stands no later, where the queries are the last of the keys. */
function seenPairs(queries: number, keys: number): number {
  return queries * (keys - queries) + (queries * (queries + 1)) / 2;
}

/** The cost of a node by its op. */
export function costOf<K extends OpName>(node: Node<K>, shapes: NodeShapes): Cost {
  return (opCosts[node.op] as OpCost<K>)(node, shapes);
}

export function elements(shape: readonly number[] | undefined): number {
  return (shape ?? []).reduce((product, size) => product * size, 1);
}

function perResult(flops: number): OpCost<OpName> {
  return (_, shapes) => dense(flops * elements(shapes.output), shapes);
}

function perFirst(flops: number): OpCost<OpName> {
  return (_, shapes) => dense(flops * elements(shapes.inputs[0]), shapes);
}

/** An op that reads all of its operands and writes its result. */
function dense(flops: number, { inputs, output }: NodeShapes): Cost {
  const read = inputs.reduce((sum, shape) => sum + elements(shape), 0);
  return { flops, bytes: BYTES_PER_ELEMENT * (read + elements(output)) };
}

/** An op that only moves this many elements in and out. */
function moved(count: number): Cost {
  return { flops: 0, bytes: BYTES_PER_ELEMENT * count };
}

function nothing(): Cost {
  return { flops: 0, bytes: 0 };
}

function last(shape: readonly number[] | undefined): number {
  return shape?.at(-1) ?? 1;
}
