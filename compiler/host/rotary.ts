import type { RotaryFrequencies, RotaryScaling } from '../ir/ops.js';
import type { HostArray } from './host-array.js';

/**
 * Cosines or signed sines of every position and frequency: position ids [B, N] → [B, N, 1, rotaryDim].
 *
 * Each frequency stands at i and at i + rotaryDim / 2, the rotate-half layout of Hugging Face transformers. The sines of the
 * first half are negated, so that rope is x · cos + swapHalves(x) · sin. Angles are rounded to float32 as the reference
 * implementation's are.
 */
export function rotaryTable(
  positionIds: HostArray,
  kind: 'cos' | 'sin',
  attributes: RotaryFrequencies,
): HostArray {
  const frequencies = rotaryFrequencies(attributes);
  const half = frequencies.length;
  const data = new Float32Array(positionIds.data.length * half * 2);
  positionIds.data.forEach((position, token) => {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * (frequencies[i] as number));
      const value = kind === 'cos' ? Math.cos(angle) : Math.sin(angle);
      data[token * half * 2 + i] = kind === 'cos' ? value : -value;
      data[token * half * 2 + half + i] = value;
    }
  });
  const [rows = 0, tokens = 0] = positionIds.shape;
  return { shape: [rows, tokens, 1, half * 2], data };
}

/** theta^(−2i / rotaryDim) for i in [0, rotaryDim / 2), rescaled. Radians a position. */
export function rotaryFrequencies({ theta, rotaryDim, scaling }: RotaryFrequencies): Float32Array {
  return Float32Array.from({ length: rotaryDim / 2 }, (_, i) =>
    rescale(1 / theta ** ((2 * i) / rotaryDim), scaling),
  );
}

function rescale(frequency: number, scaling: RotaryScaling | null): number {
  if (scaling === null) return frequency;
  return scaling.type === 'linear' ? frequency / scaling.factor : rescaleLlama3(frequency, scaling);
}

/**
 * Llama 3.1's scaling (transformers, `_compute_llama3_parameters`): long wavelengths are divided by `factor`, short ones
 * stay, those between are interpolated.
 */
function rescaleLlama3(frequency: number, scaling: Extract<RotaryScaling, { type: 'llama3' }>): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
  const rotations = (originalMaxPositionEmbeddings * frequency) / (2 * Math.PI);
  if (rotations > highFreqFactor) return frequency;
  if (rotations < lowFreqFactor) return frequency / factor;
  const smooth = (rotations - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
