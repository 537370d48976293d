import { tensorCodecs } from '@geodesic/weights';
import type { Operand } from '../lowering/op-case.js';
import type { SeededNumbers } from '../seeded-numbers.js';

/** Where blocks of a type have half floats, in bytes. */
const HALF_FLOATS: Readonly<Record<string, readonly number[]>> = {
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q8_0: [0],
  Q4_K: [0, 2],
  Q6_K: [208],
};

/** The types that webgpu packs. */
export const PACKED_TYPES: readonly string[] = Object.keys(HALF_FLOATS);

/** Exponent fields of scales: those of subnormal numbers and zeros, of weights of models, and of the largest half floats. */
export const SCALES = { smallest: [0, 1], usual: [5, 6, 7, 8], largest: [29, 30] } as const;

/**
 * A weight [inputs, outputs] of random blocks, with any bits but for the exponents of its scales; its numbers are what the type's
 * codec gives.
 */
export function quantisedMatrix(
  dtype: string,
  [inputs, outputs]: readonly [inputs: number, outputs: number],
  source: SeededNumbers,
  scales: keyof typeof SCALES = 'usual',
): Operand {
  const codec = tensorCodecs.get(dtype)!;
  const blocks = (inputs / codec.blockElements) * outputs;
  const bytes = Uint8Array.from(source.integers(blocks * codec.blockBytes, 256));
  for (let block = 0; block < blocks; block++) {
    for (const offset of HALF_FLOATS[dtype]!) {
      const high = block * codec.blockBytes + offset + 1;
      const exponent = SCALES[scales][source.integer(SCALES[scales].length)]!;
      bytes[high] = (bytes[high]! & 0x83) | (exponent << 2);
    }
  }
  const rows = new Float32Array(inputs * outputs);
  codec.decode(bytes, blocks, rows, 0);
  const data = rows.map((_, i) => rows[(i % outputs) * inputs + Math.floor(i / outputs)]!);
  return { shape: [inputs, outputs], data, quantised: { dtype, shape: [outputs, inputs], bytes } };
}

/** The least inputs that a type's blocks allow, or a multiple of them. */
export function inputsOf(dtype: string, blocks: number): number {
  return tensorCodecs.get(dtype)!.blockElements * blocks;
}
