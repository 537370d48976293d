import type { RotaryFrequencies, RotaryScaling } from '../ir/ops.js';

type ScalingOf<Type extends RotaryScaling['type']> = Extract<RotaryScaling, { readonly type: Type }>;

/**
 * theta^(−2i / rotaryDim) for i in [0, rotaryDim / 2), rescaled; radians a position. `length` is how many original tokens the row
 * has so far, which only some scalings ask for.
 */
export function rotaryFrequencies(
  { theta, rotaryDim, scaling }: RotaryFrequencies,
  length: number,
): Float32Array {
  switch (scaling?.type) {
    case undefined:
      return frequencies(theta, rotaryDim);
    case 'linear':
      return frequencies(theta, rotaryDim, (frequency) => frequency / scaling.factor);
    case 'llama3':
      return frequencies(theta, rotaryDim, (frequency) => rescaleLlama3(frequency, scaling));
    case 'dynamic':
      return frequencies(dynamicTheta(theta, rotaryDim, length, scaling), rotaryDim);
    case 'yarn':
      return frequencies(theta, rotaryDim, yarnRescaling(theta, rotaryDim, scaling));
    case 'factors':
      return frequencies(theta, rotaryDim, dividing(scaling.factors));
    case 'longrope': {
      const isLong = length > scaling.originalMaxPositionEmbeddings;
      return frequencies(theta, rotaryDim, dividing(isLong ? scaling.longFactors : scaling.shortFactors));
    }
  }
}

/** What cosines and sines are multiplied with: more than 1 where a long context would flatten attention. */
export function rotaryMagnitude(scaling: RotaryScaling | null): number {
  return scaling?.type === 'yarn' || scaling?.type === 'longrope' ? scaling.attentionFactor : 1;
}

function frequencies(
  theta: number,
  rotaryDim: number,
  rescale: (frequency: number, index: number) => number = (frequency) => frequency,
): Float32Array {
  return Float32Array.from({ length: rotaryDim / 2 }, (_, i) =>
    rescale(1 / theta ** ((2 * i) / rotaryDim), i),
  );
}

function dividing(factors: readonly number[]): (frequency: number, index: number) => number {
  return (frequency, i) => frequency / (factors[i] as number);
}

/**
 * Llama 3.1's scaling (transformers, `_compute_llama3_parameters`): long wavelengths are divided by `factor`, short ones
 * stay, those between are interpolated.
 */
function rescaleLlama3(frequency: number, scaling: ScalingOf<'llama3'>): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
  const rotations = (originalMaxPositionEmbeddings * frequency) / (2 * Math.PI);
  if (rotations > highFreqFactor) return frequency;
  if (rotations < lowFreqFactor) return frequency / factor;
  const smooth = (rotations - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** NTK-aware scaling by the row's length (transformers, `_compute_dynamic_ntk_parameters`): a larger base behind the original context. */
function dynamicTheta(
  theta: number,
  rotaryDim: number,
  length: number,
  { factor, originalMaxPositionEmbeddings: original }: ScalingOf<'dynamic'>,
): number {
  const growth = (factor * Math.max(length, original)) / original - (factor - 1);
  return theta * growth ** (rotaryDim / (rotaryDim - 2));
}

/**
 * YaRN (Peng et al., 2023; transformers, `_compute_yarn_parameters`): frequencies that turn more than `betaFast` times within the
 * original context stay, those that turn less than `betaSlow` times are divided by `factor`, with a linear ramp between.
 */
function yarnRescaling(
  theta: number,
  rotaryDim: number,
  { factor, betaFast, betaSlow, truncate, originalMaxPositionEmbeddings: original }: ScalingOf<'yarn'>,
): (frequency: number, index: number) => number {
  const indexOf = (rotations: number) =>
    (rotaryDim * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [indexOf(betaFast), indexOf(betaSlow)];
  const low = Math.max(truncate ? Math.floor(fast) : fast, 0);
  const high = Math.min(truncate ? Math.ceil(slow) : slow, rotaryDim - 1);
  // Where both ends meet, the reference implementation keeps the ramp from dividing by 0 so.
  const width = high === low ? 0.001 : high - low;
  return (frequency, i) => {
    const interpolated = Math.min(Math.max((i - low) / width, 0), 1);
    return (frequency / factor) * interpolated + frequency * (1 - interpolated);
  };
}
