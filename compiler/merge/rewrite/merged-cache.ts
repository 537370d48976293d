import { GeodesicError } from '../../error.js';
import { type AnyNode, type Graph, type Node, nodeAt, type ValueId } from '../../ir/graph.js';
import type { Interpolation, OpAttributes, OpName, RotaryFrequencies } from '../../ir/ops.js';
import { printType } from '../../ir/tensor-type.js';
import type { LeafOp } from '../../ir/type-rule.js';

/** What is known of a cache whose tail is merged in place; values of the graph that is being built but where said otherwise. */
export interface TailCache {
  /** The decode graph. */
  readonly graph: Graph;
  /** What a step of the decode graph adds to the cache: a value of that graph. */
  readonly added: ValueId;
  /** Keys or values before, [B, P, heads, dim] or [B, P, features]. */
  readonly cached: ValueId;
  /** Which of them are the tail's, and which of these make a slot. */
  readonly tailSlots: ValueId;
  readonly plan: ValueId;
  /** The domain of the tail's tokens. */
  readonly source: string;
  readonly interpolation: Interpolation;
  /** The counterparts of the decode graph's values for the tail's tokens, and for the slots that are made of them. */
  kept(id: ValueId): ValueId;
  moved(id: ValueId): ValueId;
  /** Adds a node; `part` says what it is of the cache. */
  add<K extends Exclude<OpName, LeafOp>>(
    op: K,
    inputs: readonly ValueId[],
    attributes: OpAttributes[K],
    part: string,
  ): ValueId;
}

/**
 * The slots that a tail's cached keys or values make, [B, M, heads, dim] or [B, M, features] as they are cached: keys are turned back from the positions of their tokens
 * (RoPE), pairs are combined, and the slots turned to their own positions. Without RoPE they are combined as they are.
 *
 * The features of all heads are combined as one vector, as the states of a pair are: all heads then get the same gain, and a pair's
 * key keeps its proportions between them.
 *
 * @throws GeodesicError `merge.option` where more was done to keys after they were turned
 */
export function mergedCache(cache: TailCache): ValueId {
  const { add, added, cached, graph, interpolation, plan, source } = cache;
  const heads = cachedHeads(nodeAt(graph, added));
  const rotation = rotationOf(graph, added);
  const joined = (id: ValueId, part: string) =>
    heads === undefined ? id : add('mergeHeads', [id], {}, part);
  const operands = [joined(cached, 'all'), cache.tailSlots];
  const taken = add('tokenMerge', operands, { interpolation: 'mean' }, 'tail');
  const tail = add('enterDomain', [taken], { domain: source }, 'tokens');
  const rows = rotation === undefined ? tail : joined(unrotated(tail, rotation, cache), 'unrotated');
  const pairs = add('tokenMerge', [rows, plan], { interpolation }, heads === undefined ? 'merged' : 'pairs');
  if (heads === undefined) return pairs;
  const slots = add('splitHeads', [pairs], { heads }, 'merged');
  if (rotation === undefined) return slots;
  const [, cos, sin] = rotation.inputs as [ValueId, ValueId, ValueId];
  return add('rope', [slots, cache.moved(cos), cache.moved(sin)], rotation.attributes, 'rotated');
}

/**
 * How many heads a cached value [B, P, heads, dim] has; undefined for one without, [B, P, features].
 *
 * @throws GeodesicError `merge.stream` for a cache of another rank
 */
export function cachedHeads({ name, type }: AnyNode): number | undefined {
  const { axes } = type;
  if (axes.length === 3) return undefined;
  const heads = axes[2]?.size;
  if (axes.length === 4 && typeof heads === 'number') return heads;
  throw new GeodesicError(
    'merge.stream',
    `slerpMerge: a merge that goes on (stream) can't take the cache '${name}' apart, which is ${printType(type)}: cache [B, N, features] or [B, N, heads, dim]`,
  );
}

/** Keys [B, N, heads · dim] before their rotation, [B, N, heads, dim]: turned by the same angles with negated sines. */
function unrotated(tail: ValueId, { inputs, attributes, type }: Node<'rope'>, cache: TailCache): ValueId {
  const [cos, sin] = inputs.slice(1).map((id) => nodeAt(cache.graph, id)) as [AnyNode, AnyNode];
  if (cos.op !== 'rotaryCos' || sin.op !== 'rotarySin') throw notLast(cos);
  const table = (node: Node<'rotaryCos'> | Node<'rotarySin'>) =>
    cache.add(
      node.op,
      node.inputs.map((id) => cache.kept(id)),
      reciprocal(node.attributes),
      node.op === 'rotaryCos' ? 'cosBack' : 'sin',
    );
  const heads = type.axes[2]?.size as number;
  const keys = cache.add('splitHeads', [tail], { heads }, 'heads');
  const sinBack = cache.add('neg', [table(sin)], {}, 'sinBack');
  return cache.add('rope', [keys, table(cos), sinBack], attributes, 'keys');
}

/** The same frequencies at the reciprocal of their magnitude, which YaRN scales what it turns by. */
function reciprocal(frequencies: RotaryFrequencies): RotaryFrequencies {
  const { scaling } = frequencies;
  if (scaling?.type !== 'yarn') return frequencies;
  return { ...frequencies, scaling: { ...scaling, attentionFactor: 1 / scaling.attentionFactor } };
}

/** How the entries of a cache are turned, if they are: it has to be the last thing that was done to them. */
function rotationOf(graph: Graph, added: ValueId): Node<'rope'> | undefined {
  const node = nodeAt(graph, added);
  const earlier = rotationBehindProjection(graph, node.op === 'rope' ? (node.inputs[0] as ValueId) : added);
  if (earlier !== undefined) throw notLast(earlier);
  return node.op === 'rope' ? node : undefined;
}

/** A rotation among what a value was made by since its last product with a weight. */
function rotationBehindProjection(graph: Graph, id: ValueId): AnyNode | undefined {
  const node = nodeAt(graph, id);
  if (node.op === 'rope') return node;
  if (node.op === 'linear' || node.op === 'matmul') return undefined;
  for (const input of node.inputs) {
    const found = rotationBehindProjection(graph, input);
    if (found !== undefined) return found;
  }
  return undefined;
}

function notLast({ name }: AnyNode): GeodesicError {
  return new GeodesicError(
    'merge.option',
    `slerpMerge: stream 'kv' can't turn cached keys back: '${name}' is not the last thing done to them by positions; use 'exact'`,
  );
}
