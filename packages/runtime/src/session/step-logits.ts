import type { StepResult } from './step-result.js';

type WithLogits = Pick<StepResult, 'logits'>;

/** The logits of the last token of a step of one row, [vocabulary]: a view of the step's. */
export function lastLogits({ logits: { shape, data } }: WithLogits): Float32Array {
  // Rows are padded on the left.
  return (data as Float32Array).subarray(data.length - (shape.at(-1) as number));
}

/**
 * All logits of a step, [vocabulary] each: of each row where the step has those of last tokens, else of each slot, one row behind the
 * other. They are views of the step's.
 */
export function everyLogits({ logits: { shape, data } }: WithLogits): Float32Array[] {
  const vocabulary = shape.at(-1) as number;
  return Array.from({ length: data.length / vocabulary }, (_, i) =>
    (data as Float32Array).subarray(i * vocabulary, (i + 1) * vocabulary),
  );
}
