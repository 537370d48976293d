import type { Tensor } from '@tensorflow/tfjs-core';

/** A matrix [outputs, inputs] as a GGUF file holds it: rows of quantised blocks, which run along the inputs. */
export interface QuantisedMatrix {
  /** As GGUF names it: `Q4_1`, `Q8_0`, `Q6_K`, … */
  readonly dtype: string;
  readonly shape: readonly [outputs: number, inputs: number];
  /** Row by row, without gaps. */
  readonly bytes: Uint8Array;
}

/** A matrix [inputs, outputs] that a device keeps in fewer bits than float32 and computes with as it is. */
export interface PackedWeight {
  readonly shape: readonly [inputs: number, outputs: number];
  /** How many numbers it holds. */
  readonly size: number;
  /** Bytes on the device. */
  readonly bytes: number;
  /** All of it as a new float32 tensor [inputs, outputs], which the caller disposes. */
  unpack(): Tensor;
  dispose(): void;
}

/** A weight on a device. */
export type Weight = Tensor | PackedWeight;

/** Whether a weight is kept in blocks of few bits, and not as a tensor. */
export function isPacked(weight: Weight): weight is PackedWeight {
  return 'unpack' in weight;
}

/** Whether no weight is packed. */
export function areTensors(
  parameters: ReadonlyMap<string, Weight>,
): parameters is ReadonlyMap<string, Tensor> {
  return ![...parameters.values()].some(isPacked);
}

/** Bytes of a weight on its device. */
export function weightBytes(weight: Weight): number {
  return isPacked(weight) ? weight.bytes : weight.size * 4;
}
