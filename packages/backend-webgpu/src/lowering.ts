import { composedLowering, type LoweringTable } from '@geodesic/backend';
import { activation } from './kernels/activations.js';
import { attention } from './kernels/attention.js';
import { cacheAppend } from './kernels/cache-append.js';
import { embedding } from './kernels/embedding.js';
import type { KernelSet } from './kernels/kernel-set.js';
import { layerNorm } from './kernels/layer-norm.js';
import { linear } from './kernels/linear.js';
import { mergeStatistics } from './kernels/merge-statistics.js';
import { rmsNorm } from './kernels/rms-norm.js';
import { rope } from './kernels/rope.js';
import { tokenMerge } from './kernels/token-merge.js';

/** How the webgpu backend lowers ops: kernels of its own in place of the composed lowerings that cost the most dispatches. */
export function webgpuLowering(kernels: KernelSet): LoweringTable {
  return {
    ...composedLowering,
    silu: activation(kernels, 'silu'),
    gelu: activation(kernels, 'gelu'),
    geluTanh: activation(kernels, 'geluTanh'),
    linear: linear(kernels),
    embedding: embedding(kernels),
    rmsNorm: rmsNorm(kernels),
    layerNorm: layerNorm(kernels),
    rope: rope(kernels),
    attention: attention(kernels),
    cacheAppend: cacheAppend(kernels),
    tokenMerge: tokenMerge(kernels),
    mergeStatistics: mergeStatistics(kernels),
  };
}
