// The model 'llama', in which 2 tokens become one after layer 1: compiled ahead of time by geodesic emit.
// It needs tfjs, one of its backends, and the kernels that it imports; no compiler.

import {
  appendTokens,
  attention,
  attentionMask,
  cacheAppend,
  checkRows,
  embedding,
  type HostArray,
  lastToken,
  linear,
  mergedExtents,
  mergedPositions,
  mergedSizes,
  mergeHeads,
  mergePlan,
  padRows,
  protectionOf,
  rmsNorm,
  rope,
  rotaryTable,
  silu,
  splitHeads,
  tokenMerge,
  upload,
  type Weights,
  weightsAt,
} from '@geodesic/backend/kernels';
import * as tf from '@tensorflow/tfjs-core';

/** What the model can be given. */
const LIMITS = { vocabSize: 96, maxPositionEmbeddings: 512 };
const ATTENTION = { scale: 0.35355339059327373, softcap: null } as const;
const MERGE = {
  keepStart: 2,
  keepEnd: 3,
  minLength: 4,
  pairing: 'consecutive',
  keepEndThreshold: 3,
} as const;
const ROTARY = { theta: 10000, rotaryDim: 8, scaling: null, interleaved: false } as const;
const MASK = { window: null, proportional: false } as const;

/** Shapes of the weights by their stable paths, in which {i} is the index of a layer; matrices are [inputs, outputs]. */
export const WEIGHTS = {
  'embed.weight': [32, 96],
  'layers.{i}.attentionNorm.weight': [32],
  'layers.{i}.attention.query.weight': [32, 32],
  'layers.{i}.attention.key.weight': [32, 16],
  'layers.{i}.attention.value.weight': [32, 16],
  'layers.{i}.attention.output.weight': [32, 32],
  'layers.{i}.mlpNorm.weight': [32],
  'layers.{i}.mlp.gate.weight': [32, 64],
  'layers.{i}.mlp.up.weight': [32, 64],
  'layers.{i}.mlp.down.weight': [64, 32],
  'norm.weight': [32],
} as const;

/** Token ids, a row each. */
export type Rows = readonly (readonly number[])[];

/** What a step gives; whoever called it disposes both. */
export interface Step {
  /** What follows the last token of each row, [rows, vocabulary]. */
  readonly logits: tf.Tensor;
  readonly caches: Caches;
}

/** What a step leaves for the next one. */
export interface Caches {
  /** Tokens that each row has seen, merged ones counted one by one. */
  readonly lengths: readonly number[];
  /** Which original positions the cached tokens stand for, and how many. */
  readonly tokens: Streams;
  /** The same of the slots behind the merge after layer 1. */
  readonly slots1: Streams;
  /** Keys and values of each layer, [rows, tokens, heads, features]. */
  readonly layers: readonly LayerCache[];
}

type Streams = { readonly [K in 'extents' | 'sizes']: HostArray };
type Tensors<Name extends string> = { readonly [K in Name]: tf.Tensor };
type LayerCache = Tensors<'keys' | 'values'>;

/** Layers 0 to 3: hidden states to hidden states, keys and values behind those of the past. */
function layer(
  weights: Weights,
  index: number,
  x: tf.Tensor,
  { cos, sin, mask }: Tensors<'cos' | 'sin' | 'mask'>,
  past?: LayerCache,
) {
  const weight = weightsAt(weights, `layers.${index}`);
  return tf.tidy(() => {
    const attentionNorm = rmsNorm(tf, x, weight('attentionNorm.weight'), { eps: 1e-5 });
    const query = linear(tf, attentionNorm, weight('attention.query.weight'));
    const queryHeads = splitHeads(tf, query, { heads: 4 });
    const queries = rope(tf, queryHeads, cos, sin, { interleaved: false });
    const keyHeads = splitHeads(tf, linear(tf, attentionNorm, weight('attention.key.weight')), { heads: 2 });
    const newKeys = rope(tf, keyHeads, cos, sin, { interleaved: false });
    const keys = cacheAppend(tf, past?.keys, newKeys);
    const value = linear(tf, attentionNorm, weight('attention.value.weight'));
    const newValues = splitHeads(tf, value, { heads: 2 });
    const values = cacheAppend(tf, past?.values, newValues);
    const context = mergeHeads(tf, attention(tf, queries, keys, values, mask, ATTENTION));
    const attentionOutput = linear(tf, context, weight('attention.output.weight'));
    const hidden = tf.add(x, attentionOutput);
    const mlpNorm = rmsNorm(tf, hidden, weight('mlpNorm.weight'), { eps: 1e-5 });
    const activated = silu(tf, linear(tf, mlpNorm, weight('mlp.gate.weight')));
    const product = tf.mul(activated, linear(tf, mlpNorm, weight('mlp.up.weight')));
    const mlp = linear(tf, product, weight('mlp.down.weight'));
    return { x: tf.add(hidden, mlp), cache: { keys, values } };
  });
}

/**
 * Runs prompts, a row each, and merges their tokens.
 *
 * @param protectedTokens not 0 for the tokens that are never merged, as many flags a row as it has tokens; default: none is protected
 */
export function prefill(weights: Weights, rows: Rows, protectedTokens?: readonly ArrayLike<number>[]): Step {
  const starts = rows.map(() => 0);
  checkRows(rows, starts, LIMITS);
  const { ids, positionIds, extents, sizes, lengths } = padRows(rows, starts);
  const plan = mergePlan(extents, sizes, MERGE, protectionOf(rows, protectedTokens));
  const slotExtents = mergedExtents(extents, plan);
  const slotSizes = mergedSizes(sizes, plan);
  const { logits, layers } = tf.tidy(() => {
    const weight = weightsAt(weights);
    const cached: LayerCache[] = [];
    let x = embedding(tf, upload(tf, ids), weight('embed.weight'));
    const cos = upload(tf, rotaryTable([positionIds], 'cos', ROTARY));
    const sin = upload(tf, rotaryTable([positionIds], 'sin', ROTARY));
    const mask = upload(tf, attentionMask([extents, sizes, extents, sizes], MASK));
    for (let index = 0; index <= 1; index++) {
      const step = layer(weights, index, x, { cos, sin, mask });
      x.dispose();
      x = step.x;
      cached.push(step.cache);
    }
    x = tokenMerge(tf, x, upload(tf, plan), { interpolation: 'slerp' });
    const slotPositionIds = mergedPositions(positionIds, plan, slotExtents, slotSizes, 'midpoint');
    const slotCos = upload(tf, rotaryTable([slotPositionIds], 'cos', ROTARY));
    const slotSin = upload(tf, rotaryTable([slotPositionIds], 'sin', ROTARY));
    const slotMask = upload(tf, attentionMask([slotExtents, slotSizes, slotExtents, slotSizes], MASK));
    for (let index = 2; index <= 3; index++) {
      const step = layer(weights, index, x, { cos: slotCos, sin: slotSin, mask: slotMask });
      x.dispose();
      x = step.x;
      cached.push(step.cache);
    }
    const norm = rmsNorm(tf, lastToken(tf, x), weight('norm.weight'), { eps: 1e-5 });
    return { logits: linear(tf, norm, weight('embed.weight')), layers: cached };
  });
  return {
    logits,
    caches: {
      lengths: [...lengths.data],
      tokens: { extents, sizes },
      slots1: { extents: slotExtents, sizes: slotSizes },
      layers,
    },
  };
}

/** Runs further tokens behind the cached ones, of which they see all; they stay unmerged. The caches before stay as they are. */
export function decode(weights: Weights, rows: Rows, caches: Caches): Step {
  const starts = caches.lengths;
  checkRows(rows, starts, LIMITS);
  const { ids, positionIds, extents, sizes, lengths } = padRows(rows, starts);
  const allExtents = appendTokens(caches.tokens.extents, extents);
  const allSlotExtents = appendTokens(caches.slots1.extents, extents);
  const allSizes = appendTokens(caches.tokens.sizes, sizes);
  const allSlotSizes = appendTokens(caches.slots1.sizes, sizes);
  const { logits, layers } = tf.tidy(() => {
    const weight = weightsAt(weights);
    const cached: LayerCache[] = [];
    let x = embedding(tf, upload(tf, ids), weight('embed.weight'));
    const cos = upload(tf, rotaryTable([positionIds], 'cos', ROTARY));
    const sin = upload(tf, rotaryTable([positionIds], 'sin', ROTARY));
    const mask = upload(tf, attentionMask([extents, sizes, allExtents, allSizes], MASK));
    const slotMask = upload(tf, attentionMask([extents, sizes, allSlotExtents, allSlotSizes], MASK));
    for (let index = 0; index <= 1; index++) {
      const step = layer(weights, index, x, { cos, sin, mask }, caches.layers[index]);
      x.dispose();
      x = step.x;
      cached.push(step.cache);
    }
    for (let index = 2; index <= 3; index++) {
      const step = layer(weights, index, x, { cos, sin, mask: slotMask }, caches.layers[index]);
      x.dispose();
      x = step.x;
      cached.push(step.cache);
    }
    const norm = rmsNorm(tf, lastToken(tf, x), weight('norm.weight'), { eps: 1e-5 });
    return { logits: linear(tf, norm, weight('embed.weight')), layers: cached };
  });
  return {
    logits,
    caches: {
      lengths: [...lengths.data],
      tokens: { extents: allExtents, sizes: allSizes },
      slots1: { extents: allSlotExtents, sizes: allSlotSizes },
      layers,
    },
  };
}

/** Frees the keys and values of a step. */
export function dispose({ layers }: Caches): void {
  tf.dispose([...layers]);
}
