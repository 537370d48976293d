import type { RotaryFrequencies } from '../ir/ops.js';
import type { HostArray } from './host-array.js';
import { rotaryFrequencies, rotaryMagnitude } from './rotary-scaling.js';

/**
 * Cosines or signed sines of every position and frequency: position ids [B, N] → [B, N, 1, rotaryDim]; the rows' lengths [B]
 * follow where the scaling depends on them.
 *
 * Each frequency stands in the two places that turn together: i and i + rotaryDim / 2 (the rotate-half layout of Hugging Face
 * transformers), or 2i and 2i + 1. The sines of the first place are negated, so that rope is x · cos + swapped(x) · sin. Angles
 * are rounded to float32 as the reference implementation's are.
 */
export function rotaryTable(
  [positionIds, lengths]: readonly HostArray[],
  kind: 'cos' | 'sin',
  attributes: RotaryFrequencies,
): HostArray {
  const { shape: [rows = 0, tokens = 0] = [], data: positions = [] } = positionIds ?? {};
  const half = attributes.rotaryDim / 2;
  const magnitude = rotaryMagnitude(attributes.scaling);
  const [step, apart] = attributes.interleaved ? [2, 1] : [1, half];
  const data = new Float32Array(rows * tokens * half * 2);
  for (let row = 0; row < rows; row++) {
    const frequencies = rotaryFrequencies(attributes, lengths?.data[row] ?? 0);
    for (let token = row * tokens; token < (row + 1) * tokens; token++) {
      for (let i = 0; i < half; i++) {
        const angle = Math.fround((positions[token] as number) * (frequencies[i] as number));
        const value = magnitude * (kind === 'cos' ? Math.cos(angle) : Math.sin(angle));
        const first = token * half * 2 + i * step;
        data[first] = kind === 'cos' ? value : -value;
        data[first + apart] = value;
      }
    }
  }
  return { shape: [rows, tokens, 1, half * 2], data };
}
