import * as fc from 'fast-check';
import { tokens } from './random-llama.js';

/** A prompt and the tokens that follow it, one a step. */
export interface DecodedRow {
  readonly prompt: readonly number[];
  readonly more: readonly number[];
}

/** Batches of one to three rows, which have as many steps. */
export const decodedRows: fc.Arbitrary<DecodedRow[]> = fc.integer({ min: 1, max: 14 }).chain((steps) =>
  fc.array(fc.record({ prompt: tokens(1, 12), more: tokens(steps, steps) }), {
    minLength: 1,
    maxLength: 3,
  }),
);
