import { composedLowering, type DeviceOp, type Lowering, type LoweringTable } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import { attention } from './kernels/attention.js';
import { cacheAppend } from './kernels/cache-append.js';
import { embedding } from './kernels/embedding.js';
import type { Operand } from './kernels/kernel-launcher.js';
import type { KernelCall, KernelSet } from './kernels/kernel-set.js';
import { lastToken } from './kernels/last-token.js';
import { layerNorm } from './kernels/layer-norm.js';
import { linear } from './kernels/linear.js';
import { mergeStatistics } from './kernels/merge-statistics.js';
import { rmsNorm } from './kernels/rms-norm.js';
import { rope } from './kernels/rope.js';
import { tokenMerge } from './kernels/token-merge.js';
import { unary } from './kernels/unary.js';

/** The kernels of ops, for whatever launches them. */
export function kernelCalls<T extends Operand>(kernels: KernelSet<T>) {
  return {
    relu: unary(kernels, 'relu'),
    silu: unary(kernels, 'silu'),
    gelu: unary(kernels, 'gelu'),
    geluTanh: unary(kernels, 'geluTanh'),
    linear: linear(kernels),
    embedding: embedding(kernels),
    lastToken: lastToken(kernels),
    rmsNorm: rmsNorm(kernels),
    layerNorm: layerNorm(kernels),
    rope: rope(kernels),
    attention: attention(kernels),
    cacheAppend: cacheAppend(kernels),
    tokenMerge: tokenMerge(kernels),
    mergeStatistics: mergeStatistics(kernels),
  } satisfies { readonly [K in DeviceOp]?: KernelCall<K, T> };
}

/** How the webgpu backend lowers ops one by one: kernels of its own in place of the composed lowerings that cost the most dispatches. */
export function webgpuLowering(kernels: KernelSet<Tensor>): LoweringTable {
  const calls = Object.entries(kernelCalls(kernels)) as [DeviceOp, KernelCall<DeviceOp, Tensor>][];
  const lowerings = calls.map(([op, call]) => {
    const composed = composedLowering[op] as Lowering<DeviceOp>;
    const lowering: Lowering<DeviceOp> = (context, inputs, attributes) =>
      call(inputs, attributes) ?? composed(context, inputs, attributes);
    return [op, lowering] as const;
  });
  return { ...composedLowering, ...Object.fromEntries(lowerings) };
}
