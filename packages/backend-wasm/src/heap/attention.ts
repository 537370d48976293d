import { type AttentionSizes, attentionSizes, type Tfjs } from '@geodesic/backend';
import type { OpAttributes } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type HeapBackend, onHeap, withScratch } from './heap-kernel.js';
import type { SimdKernels } from './simd-kernels.js';

/** Numbers that the SIMD loops take at a time: head dims must be multiples. */
export const LANES = 4;

/** Where the vectors of one head of one query start, in numbers. */
interface HeadPlace {
  readonly query: number;
  readonly keys: number;
  readonly values: number;
  readonly mask: number;
  readonly output: number;
}

/**
 * softmax(cap(q·kᵀ · scale) + mask) · v for few queries, head by head on keys and values as they are cached, [B, T, keyValueHeads,
 * dim]: nothing is transposed, packed or repeated. Each head of each query reads its keys and values once.
 */
export function heapAttention(
  tf: Tfjs,
  kernels: SimdKernels,
  inputs: readonly Tensor[],
  { scale, softcap }: OpAttributes['attention'],
): Tensor {
  const [q, , v, mask] = inputs as [Tensor, Tensor, Tensor, Tensor];
  const sizes = attentionSizes(q, v);
  const { rows, queries, keys, heads, keyValueHeads, dim, valueDim } = sizes;
  const shape = [rows, queries, heads, valueDim];
  return withScratch(tf, keys, (scratch) =>
    onHeap(tf, inputs, shape, (output, ...[query, key, value, seen]) => {
      const scores = (tf.backend() as HeapBackend).typedArrayFromHeap(scratch);
      for (let index = 0; index < rows * queries * heads; index++) {
        const place = placeOf(index, sizes, mask.shape[1] as number);
        const pointer = (view: Float32Array | undefined, start: number) =>
          (view as Float32Array).byteOffset + start * 4;
        kernels.dots(
          pointer(query, place.query),
          pointer(key, place.keys),
          keyValueHeads * dim,
          keys,
          dim,
          scores.byteOffset,
        );
        scaleScores(scores, scale, softcap);
        maskedSoftmax(scores, seen as Float32Array, place.mask);
        kernels.weigh(
          scores.byteOffset,
          pointer(value, place.values),
          keyValueHeads * valueDim,
          keys,
          valueDim,
          pointer(output, place.output),
        );
      }
    }),
  );
}

function placeOf(
  index: number,
  { queries, keys, heads, keyValueHeads, dim, valueDim }: AttentionSizes,
  maskHeads: number,
): HeadPlace {
  const row = Math.floor(index / (queries * heads));
  const query = Math.floor(index / heads) % queries;
  const maskHead = row * maskHeads + (maskHeads === 1 ? 0 : index % heads);
  const keyValueHead = Math.floor((index % heads) / (heads / keyValueHeads));
  return {
    query: index * dim,
    keys: (row * keys * keyValueHeads + keyValueHead) * dim,
    values: (row * keys * keyValueHeads + keyValueHead) * valueDim,
    mask: (maskHead * queries + query) * keys,
    output: index * valueDim,
  };
}

/** scores ← scores · scale, or softcap · tanh(scores · scale / softcap). */
function scaleScores(scores: Float32Array, scale: number, softcap: number | null): void {
  for (let i = 0; i < scores.length; i++) {
    const score = (scores[i] as number) * scale;
    scores[i] = softcap === null ? score : softcap * Math.tanh(score / softcap);
  }
}

/** scores ← softmax(scores + mask[start …]). */
function maskedSoftmax(scores: Float32Array, mask: Float32Array, start: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const score = (scores[i] as number) + (mask[start + i] as number);
    scores[i] = score;
    if (score > largest) largest = score;
  }
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = Math.exp((scores[i] as number) - largest);
    scores[i] = weight;
    total += weight;
  }
  const factor = 1 / total;
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) * factor;
}
