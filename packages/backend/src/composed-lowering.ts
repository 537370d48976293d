import type { Tensor } from '@tensorflow/tfjs-core';
import { gelu, geluTanh, silu } from './composed/activations.js';
import { alibiBias } from './composed/alibi.js';
import { attention } from './composed/attention.js';
import { keepTopK } from './composed/keep-top-k.js';
import { layerNorm, rmsNorm } from './composed/norms.js';
import { embedding, linear } from './composed/projections.js';
import { rope } from './composed/rope.js';
import { cacheAppend, lastToken, mergeHeads, slice, splitHeads } from './composed/token-axis.js';
import { mergeStatistics, tokenMerge } from './composed/token-merge.js';
import type { LoweringContext, LoweringTable } from './lowering-table.js';
import type { Tfjs } from './tfjs.js';

type Unary = (tf: Tfjs, x: Tensor) => Tensor;
type Binary = (tf: Tfjs, a: Tensor, b: Tensor) => Tensor;

/** A lowering of an op without attributes. */
type PlainLowering = (context: LoweringContext, inputs: readonly Tensor[]) => Tensor;

const unary =
  (apply: Unary): PlainLowering =>
  ({ tf }, [x]) =>
    apply(tf, x as Tensor);

const binary =
  (apply: Binary): PlainLowering =>
  ({ tf }, [a, b]) =>
    apply(tf, a as Tensor, b as Tensor);

/** Every op as ordinary tfjs calls: what each backend falls back to, and what fused kernels are compared with. */
export const composedLowering: LoweringTable = {
  constant: ({ tf }, _inputs, { value }) => tf.scalar(value),

  neg: unary((tf, x) => tf.neg(x)),
  exp: unary((tf, x) => tf.exp(x)),
  log: unary((tf, x) => tf.log(x)),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  rsqrt: unary((tf, x) => tf.rsqrt(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  relu: unary((tf, x) => tf.relu(x)),
  silu: unary(silu),
  gelu: unary(gelu),
  geluTanh: unary(geluTanh),

  add: binary((tf, a, b) => tf.add(a, b)),
  sub: binary((tf, a, b) => tf.sub(a, b)),
  mul: binary((tf, a, b) => tf.mul(a, b)),
  div: binary((tf, a, b) => tf.div(a, b)),
  maximum: binary((tf, a, b) => tf.maximum(a, b)),
  minimum: binary((tf, a, b) => tf.minimum(a, b)),

  matmul: binary((tf, a, b) => tf.matMul(a, b)),
  linear: ({ tf }, [x, weight, bias]) => linear(tf, x as Tensor, weight as Tensor, bias),
  embedding: binary(embedding),
  softmax: unary((tf, x) => tf.softmax(x)),
  sum: unary((tf, x) => tf.sum(x, -1, true)),
  mean: unary((tf, x) => tf.mean(x, -1, true)),
  slice: ({ tf }, [x], attributes) => slice(tf, x as Tensor, attributes),
  keepTopK: ({ tf }, [x], attributes) => keepTopK(tf, x as Tensor, attributes),
  concat: ({ tf }, inputs) => tf.concat([...inputs], (inputs[0] as Tensor).rank - 1),
  transpose: ({ tf }, [x], { permutation }) => tf.transpose(x as Tensor, [...permutation]),

  splitHeads: ({ tf }, [x], attributes) => splitHeads(tf, x as Tensor, attributes),
  mergeHeads: unary(mergeHeads),

  rmsNorm: ({ tf }, [x, weight], attributes) => rmsNorm(tf, x as Tensor, weight as Tensor, attributes),
  layerNorm: ({ tf }, [x, weight, bias], attributes) =>
    layerNorm(tf, x as Tensor, weight as Tensor, bias, attributes),
  rope: ({ tf }, [x, cos, sin], attributes) =>
    rope(tf, x as Tensor, cos as Tensor, sin as Tensor, attributes),
  alibiBias: ({ tf }, [queries, keys], attributes) =>
    alibiBias(tf, queries as Tensor, keys as Tensor, attributes),
  attention({ tf }, inputs, attributes) {
    const [q, k, v, mask] = inputs as [Tensor, Tensor, Tensor, Tensor];
    return attention(tf, q, k, v, mask, attributes);
  },
  cacheAppend: binary(cacheAppend),
  enterDomain: unary((tf, x) => tf.clone(x)),
  tokenMerge: ({ tf }, [x, plan], attributes) => tokenMerge(tf, x as Tensor, plan as Tensor, attributes),
  mergeStatistics: binary(mergeStatistics),
  lastToken: unary(lastToken),
};
