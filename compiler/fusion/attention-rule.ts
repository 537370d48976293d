import { type AnyNode, type Node, nodeAt, type ValueId } from '../ir/graph.js';
import { isCache } from '../ir/value-name.js';
import type { FusionContext, FusionRule } from './fusion-rule.js';
import type { GraphUses } from './graph-uses.js';
import type { FusedAlibi, SeenKeys, StepOf } from './kernel-step.js';

/**
 * Attention whose mask says what the streams say and whose keys and values are cached: turning and caching them is one step, attention
 * another, which reads the caches and needs no mask in memory.
 */
export const cachedAttention: FusionRule = {
  name: 'cachedAttention',
  match(root, context) {
    if (root.op !== 'attention') return undefined;
    const { uses } = context;
    const [queries, k, v, bias] = root.inputs as [ValueId, ValueId, ValueId, ValueId];
    const mask = maskOf(bias, uses);
    const [keys, values] = [cachedBy(k, root, uses), cachedBy(v, root, uses)];
    if (mask === undefined || keys === undefined || values === undefined) return undefined;
    const caching = cacheKeys({ root, queries, keys, values }, context);
    const { scale, softcap } = root.attributes;
    const { turnedQueries = queries, keyCache, valueCache } = caching;
    return [
      caching,
      {
        kind: 'cachedAttention',
        ...{ queries: turnedQueries, keyCache, valueCache, scale, softcap },
        ...mask,
        output: root.id,
      },
    ];
  },
};

/** Keys or values that are cached: what is added, behind what, and the name of the output that hands the cache on. */
interface Cached {
  readonly added: ValueId;
  readonly past: ValueId | undefined;
  readonly whole: AnyNode;
  readonly output: string;
}

/** Nothing where a value is not cached, or where others than the attention and the cache read it whole. */
function cachedBy(id: ValueId, attention: AnyNode, uses: GraphUses): Cached | undefined {
  const whole = uses.node(id);
  const outputs = uses.outputsOf(id);
  const output = outputs[0];
  if (output === undefined || outputs.length > 1 || !isCache(output)) return undefined;
  if (whole.op !== 'cacheAppend') {
    const isShared = uses.usersOf(id).some((user) => user.op === 'attention' && user !== attention);
    return isShared ? undefined : { added: id, past: undefined, whole, output };
  }
  if (uses.usersOf(id).some((user) => user !== attention)) return undefined;
  const [past, added] = whole.inputs as [ValueId, ValueId];
  return { added, past, whole, output };
}

interface Attended {
  readonly root: AnyNode;
  readonly queries: ValueId;
  readonly keys: Cached;
  readonly values: Cached;
}

function cacheKeys({ root, queries, keys, values }: Attended, context: FusionContext): StepOf<'cacheKeys'> {
  const { uses } = context;
  const caches = {
    pastKeys: keys.past,
    pastValues: values.past,
    values: values.added,
    keyCache: context.added(keys.output, keys.whole.type),
    valueCache: context.added(values.output, values.whole.type),
  };
  const turnedQueries = turnedFor(queries, [root], uses);
  const turnedKeys = turnedFor(keys.added, [root, keys.whole], uses);
  const [, cos, sin] = turnedQueries?.inputs ?? [];
  const isShared = turnedKeys !== undefined && turnedKeys.inputs[1] === cos && turnedKeys.inputs[2] === sin;
  if (turnedQueries === undefined || !isShared) {
    return {
      kind: 'cacheKeys',
      queries,
      keys: keys.added,
      rotation: undefined,
      turnedQueries: undefined,
      ...caches,
    };
  }
  return {
    kind: 'cacheKeys',
    queries: turnedQueries.inputs[0] as ValueId,
    keys: turnedKeys.inputs[0] as ValueId,
    rotation: {
      cos: cos as ValueId,
      sin: sin as ValueId,
      interleaved: turnedQueries.attributes.interleaved,
    },
    turnedQueries: queries,
    ...caches,
  };
}

/** The rotation that makes a value, where nobody needs it but these nodes and the cache. */
function turnedFor(id: ValueId, readers: readonly AnyNode[], uses: GraphUses): Node<'rope'> | undefined {
  const node = uses.node(id);
  if (node.op !== 'rope') return undefined;
  const isAlone =
    uses.usersOf(id).every((user) => readers.includes(user)) && uses.outputsOf(id).every(isCache);
  return isAlone ? node : undefined;
}

/** The streams of a mask, and of what is added to it by position. */
function maskOf(
  id: ValueId,
  uses: GraphUses,
): { readonly seen: SeenKeys; readonly alibi: FusedAlibi | undefined } | undefined {
  const node = uses.node(id);
  if (node.op === 'attentionMask') return { seen: seenKeys(node), alibi: undefined };
  if (node.op !== 'add') return undefined;
  const parts = node.inputs.map((input) => nodeAt(uses.graph, input));
  const mask = parts.find((part) => part.op === 'attentionMask');
  const bias = parts.find((part) => part.op === 'alibiBias');
  if (mask === undefined || bias === undefined) return undefined;
  const [queryPositions, keyPositions] = bias.inputs as [ValueId, ValueId];
  return { seen: seenKeys(mask), alibi: { queryPositions, keyPositions, ...bias.attributes } };
}

function seenKeys({ inputs, attributes }: Node<'attentionMask'>): SeenKeys {
  const [queryExtents, querySizes, keyExtents, keySizes] = inputs as [ValueId, ValueId, ValueId, ValueId];
  return { queryExtents, querySizes, keyExtents, keySizes, ...attributes };
}
