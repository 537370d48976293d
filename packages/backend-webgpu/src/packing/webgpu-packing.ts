import type { WeightPacking } from '@geodesic/backend';
import { embeddingPacked } from '../kernels/embedding-packed.js';
import type { Launcher } from '../kernels/launcher.js';
import { linearPacked } from '../kernels/linear-packed.js';
import type { KernelVariants } from '../kernels/variants.js';
import { GpuWeight, gpuWeight } from './gpu-weight.js';
import { BLOCK_INPUTS } from './packed-format.js';
import { repack } from './repack.js';

/** Kernels that are launched at once, by tfjs. */
interface LauncherKernels {
  readonly launcher: Launcher;
  readonly variants: KernelVariants;
}

/** How the webgpu backend keeps quantised weights packed and computes with them. */
export function webgpuPacking(kernels: LauncherKernels): WeightPacking {
  const { launcher } = kernels;
  const [linear, embedding] = [linearPacked(kernels), embeddingPacked(kernels)];
  return {
    pack({ dtype, shape, bytes }) {
      const packed = repack(dtype, shape, bytes);
      if (packed === undefined) return undefined;
      const [outputs, inputs] = shape;
      const blocks = inputs / BLOCK_INPUTS;
      const words = launcher.upload(packed.words, [blocks, packed.words.length / blocks]);
      return new GpuWeight(launcher, packed.type.format, [inputs, outputs], words);
    },
    lowering: {
      linear: (_context, [x, weight, bias]) => linear(x, gpuWeight(weight), bias),
      embedding: (_context, [ids, table]) => embedding(ids, gpuWeight(table)),
    },
  };
}
