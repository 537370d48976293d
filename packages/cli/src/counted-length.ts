import { GeodesicError } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';

const DEFAULT_LENGTH = 512;

/**
 * How many tokens costs are counted for. Counting follows every token, so its memory grows with the length too.
 *
 * @throws GeodesicError `run.context` for more than the model's context holds
 */
export function countedLength(
  length: number | undefined,
  { maxPositionEmbeddings }: Pick<DecoderConfig, 'maxPositionEmbeddings'>,
): number {
  if (length === undefined) return Math.min(DEFAULT_LENGTH, maxPositionEmbeddings);
  if (length <= maxPositionEmbeddings) return length;
  throw new GeodesicError(
    'run.context',
    `the prompt is too long: ${length} tokens, the model's context holds ${maxPositionEmbeddings}: give a smaller --length`,
  );
}
