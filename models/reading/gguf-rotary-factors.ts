import type { RotaryScaling } from '@geodesic/compiler';
import type { GgufDescription } from '../architecture.js';
import { ggufFieldError } from './gguf.js';

const FREQUENCIES = 'rope_freqs.weight';
const SHORT = 'rope_factors_short.weight';
const LONG = 'rope_factors_long.weight';

/** Tensors of GGUF files that hold what frequencies of RoPE are divided by, where no formula in the metadata says it. */
export const ROTARY_FACTOR_TENSORS: readonly string[] = [FREQUENCIES, SHORT, LONG];

/** What is known of RoPE apart from the factors. */
interface Surroundings {
  readonly rotaryDim: number;
  /** Of LongRoPE. */
  readonly originalMaxPositionEmbeddings: number;
}

/**
 * The scaling that a file's tensors say: Llama 3.1's and EXAONE's as factors of their own, or LongRoPE's for short and long rows
 * (llama.cpp, `llama_model::get_rope_factors`). As in transformers a row's length decides between the last two, where llama.cpp takes
 * the room that a context was given.
 *
 * @returns null where the file has no such tensor
 * @throws GeodesicError `config.field` for tensors that can't be what they are called
 */
export function readRotaryFactors(
  type: string,
  { rotaryDim, originalMaxPositionEmbeddings }: Surroundings,
  { tensorNames, rotaryFactors = {} }: GgufDescription,
): RotaryScaling | null {
  const found = ROTARY_FACTOR_TENSORS.filter((name) => tensorNames.includes(name));
  if (found.length === 0) return null;
  const refuse = (problem: string) => ggufFieldError(type, 'rope.scaling.type', problem);
  const factorsOf = (name: string): readonly number[] => {
    const factors = rotaryFactors[name] ?? [];
    const fits =
      factors.length === rotaryDim / 2 && factors.every((factor) => factor > 0 && factor < Infinity);
    if (fits) return factors;
    throw refuse(
      `the tensor '${name}' holds ${factors.length} factors, and ${rotaryDim / 2} positive ones are needed`,
    );
  };
  switch (found.join()) {
    case FREQUENCIES:
      return { type: 'factors', factors: factorsOf(FREQUENCIES) };
    case [SHORT, LONG].join():
      return {
        type: 'longrope',
        shortFactors: factorsOf(SHORT),
        longFactors: factorsOf(LONG),
        originalMaxPositionEmbeddings,
        attentionFactor: 1,
      };
    default:
      throw refuse(
        `RoPE factors in ${found.map((name) => `'${name}'`).join(' and ')} are not supported: '${FREQUENCIES}' alone is, or '${SHORT}' and '${LONG}'`,
      );
  }
}
