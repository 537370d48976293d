import { GeodesicError } from '@geodesic/compiler';
import { declaredBy } from './declaration.js';
import type { PositionEncoding } from './position-encoding.js';
import { emit } from './tensor.js';

export interface AlibiOptions {
  /** One slope for each head of queries, as from `alibiSlopes`. */
  readonly slopes: readonly number[];
}

/** Attention with linear biases: slope · (key position − query position) for each head (Press et al., 2022). */
export function alibi(options: AlibiOptions): PositionEncoding {
  const { slopes } = options;
  return {
    ...declaredBy(alibi, options),
    bias({ tokens }) {
      return emit('alibiBias', [tokens.positionIds, tokens.contextPositionIds], { slopes: [...slopes] });
    },
  };
}

/** More would be a mistake, and take all memory. */
const maxHeads = 10_000;

/**
 * 2^(−maximum · i / heads) for i = 1 … heads, where heads is a power of two. For other counts the slopes of the next lower power
 * of two come first, then every second slope of the next higher one (the authors' `get_slopes`).
 *
 * @throws GeodesicError `dsl.option` for a number of heads that is no whole number from 1 to 10,000
 */
export function alibiSlopes(heads: number, maximum = 8): number[] {
  if (!Number.isSafeInteger(heads) || heads < 1 || heads > maxHeads) {
    throw new GeodesicError(
      'dsl.option',
      `alibiSlopes: ${heads} heads; a whole number from 1 to ${maxHeads} is needed`,
    );
  }
  const lower = 2 ** Math.floor(Math.log2(heads));
  const further = powers(2 * lower, maximum).filter((_, i) => i % 2 === 0);
  return [...powers(lower, maximum), ...further].slice(0, heads);
}

function powers(heads: number, maximum: number): number[] {
  return Array.from({ length: heads }, (_, i) => 2 ** (-(maximum * (i + 1)) / heads));
}
