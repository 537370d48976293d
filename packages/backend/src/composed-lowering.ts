import type { Tensor } from '@tensorflow/tfjs-core';
import { gelu, geluTanh } from './composed/activations.js';
import { alibiBias } from './composed/alibi.js';
import { attention } from './composed/attention.js';
import { keepTopK } from './composed/keep-top-k.js';
import { layerNorm, rmsNorm } from './composed/norms.js';
import { embedding, linear } from './composed/projections.js';
import { rope } from './composed/rope.js';
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
  silu: unary((tf, x) => tf.mul(x, tf.sigmoid(x))),
  gelu: unary(gelu),
  geluTanh: unary(geluTanh),

  add: binary((tf, a, b) => tf.add(a, b)),
  sub: binary((tf, a, b) => tf.sub(a, b)),
  mul: binary((tf, a, b) => tf.mul(a, b)),
  div: binary((tf, a, b) => tf.div(a, b)),
  maximum: binary((tf, a, b) => tf.maximum(a, b)),
  minimum: binary((tf, a, b) => tf.minimum(a, b)),

  matmul: binary((tf, a, b) => tf.matMul(a, b)),
  linear,
  embedding,
  softmax: unary((tf, x) => tf.softmax(x)),
  sum: unary((tf, x) => tf.sum(x, -1, true)),
  mean: unary((tf, x) => tf.mean(x, -1, true)),
  slice({ tf }, [x], { start, size }) {
    const { shape } = x as Tensor;
    const leading = shape.slice(0, -1);
    return tf.slice(x as Tensor, [...leading.map(() => 0), start], [...leading, size]);
  },
  keepTopK,
  concat: ({ tf }, inputs) => tf.concat([...inputs], (inputs[0] as Tensor).rank - 1),
  transpose: ({ tf }, [x], { permutation }) => tf.transpose(x as Tensor, [...permutation]),

  splitHeads({ tf }, [x], { heads }) {
    const [rows, tokens, features] = (x as Tensor).shape as [number, number, number];
    return tf.reshape(x as Tensor, [rows, tokens, heads, features / heads]);
  },
  mergeHeads({ tf }, [x]) {
    const [rows, tokens, heads, dim] = (x as Tensor).shape as [number, number, number, number];
    return tf.reshape(x as Tensor, [rows, tokens, heads * dim]);
  },

  rmsNorm,
  layerNorm,
  rope,
  alibiBias,
  attention,
  cacheAppend: ({ tf }, [past, added]) => tf.concat([past as Tensor, added as Tensor], 1),
  enterDomain: ({ tf }, [x]) => tf.clone(x as Tensor),
  tokenMerge,
  mergeStatistics,
  lastToken({ tf }, [x]) {
    const [rows, tokens, features] = (x as Tensor).shape as [number, number, number];
    return tf.reshape(tf.slice(x as Tensor, [0, tokens - 1, 0], [rows, 1, features]), [rows, features]);
  },
};
