import { GeodesicError } from '../error.js';
import { written } from '../written.js';

/** What a model can be given. */
export interface TokenLimits {
  /** Ids are below this. */
  readonly vocabSize: number;
  /** Most tokens of a row. */
  readonly maxPositionEmbeddings: number;
}

/**
 * Checks the rows of one run against a model.
 *
 * @param starts how many tokens each row has seen before
 * @throws GeodesicError `run.token` for what is no list, `run.input` where these are other rows, and as `checkTokens`
 */
export function checkRows(
  rows: readonly (readonly number[])[],
  starts: readonly number[],
  limits: TokenLimits,
): void {
  checkList(rows);
  if (rows.length !== starts.length) {
    throw new GeodesicError(
      'run.input',
      `there are ${rows.length} rows, but caches of ${starts.length}: prefill first`,
    );
  }
  checkEach(rows, starts, limits);
}

/**
 * Checks rows that begin against a model.
 *
 * @throws GeodesicError `run.token` for what is no list, and as `checkTokens`
 */
export function checkPrompts(rows: readonly (readonly number[])[], limits: TokenLimits): void {
  checkList(rows);
  checkEach(rows, [], limits);
}

function checkList(rows: unknown): void {
  if (Array.isArray(rows)) return;
  throw new GeodesicError('run.token', 'give a list of rows, each a list of token ids');
}

/** Also those that a list leaves out. */
function checkEach(
  rows: readonly (readonly number[])[],
  starts: readonly number[],
  limits: TokenLimits,
): void {
  for (let row = 0; row < rows.length; row++)
    checkTokens(rows[row] as readonly number[], limits, starts[row]);
}

/**
 * Checks the tokens of one row against a model.
 *
 * @param start tokens that the row has seen before
 * @throws GeodesicError `run.empty`, `run.token` for an id outside the vocabulary, `run.context` for more tokens than fit
 */
export function checkTokens(tokens: readonly number[], limits: TokenLimits, start = 0): void {
  const { vocabSize, maxPositionEmbeddings } = limits;
  if (!Array.isArray(tokens) && !ArrayBuffer.isView(tokens)) {
    throw new GeodesicError('run.token', 'a row must be a list of token ids; give a list of rows');
  }
  if (tokens.length === 0)
    throw new GeodesicError('run.empty', 'the prompt is empty: at least one token is needed');
  for (const id of tokens) {
    if (Number.isInteger(id) && id >= 0 && id < vocabSize) continue;
    throw new GeodesicError(
      'run.token',
      `token id ${written(id)} is not in the vocabulary: ids are whole numbers from 0 to ${vocabSize - 1}`,
    );
  }
  const length = start + tokens.length;
  if (length > maxPositionEmbeddings) {
    throw new GeodesicError(
      'run.context',
      `the prompt is too long: ${length} tokens, the model's context holds ${maxPositionEmbeddings}`,
    );
  }
}
