import type { PackedWeight } from '@geodesic/backend';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Launcher } from '../kernels/launcher.js';
import { unpackWeight } from '../kernels/unpack-weight.js';
import { type PackedFormatName, packedFormats } from './packed-format.js';
import type { PackedOperand } from './packed-operand.js';

/** A matrix [inputs, outputs] in one of the packed formats, in one buffer. */
export class GpuWeight implements PackedWeight, PackedOperand<Tensor> {
  constructor(
    readonly launcher: Launcher,
    readonly format: PackedFormatName,
    readonly shape: readonly [inputs: number, outputs: number],
    /** int32 [inputs / 32, blockWords · outputs]: a row a block of inputs. */
    readonly words: Tensor,
  ) {}

  get size(): number {
    return this.shape[0] * this.shape[1];
  }

  get bytes(): number {
    return this.words.size * 4;
  }

  /** Words from the first of a column's block to the first of its next block. */
  get blockStride(): number {
    return packedFormats[this.format].blockWords * this.shape[1];
  }

  unpack(): Tensor {
    return unpackWeight(this.launcher, this);
  }

  dispose(): void {
    this.words.dispose();
  }
}

/** A packed weight as the one that this backend made. */
export function gpuWeight(weight: PackedWeight): GpuWeight {
  if (weight instanceof GpuWeight) return weight;
  throw new TypeError('the packed weight is of another device');
}
