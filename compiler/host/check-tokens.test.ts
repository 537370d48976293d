import { expect, it } from 'vitest';
import { checkRows, checkTokens } from './check-tokens.js';

const config = { vocabSize: 10, maxPositionEmbeddings: 4 };

it('takes any ids of the vocabulary up to a full context', () => {
  checkTokens([0, 9, 9, 0], config);
  checkTokens([1], config, 3);
});

it.each([
  [[], 0, 'run.empty', /empty/],
  [[1, undefined as unknown as number], 0, 'run.token', /token id undefined/],
  [[1, 10], 0, 'run.token', /token id 10 .* from 0 to 9/],
  [[-1], 0, 'run.token', /token id -1 /],
  [[0.5], 0, 'run.token', /token id 0\.5 /],
  [[Number.NaN], 0, 'run.token', /token id NaN /],
  [[1, 1, 1, 1, 1], 0, 'run.context', /5 tokens.* holds 4/],
  [[1], 4, 'run.context', /5 tokens.* holds 4/],
] as const)('refuses %j behind %i tokens', (tokens, start, code, message) => {
  expect(() => checkTokens(tokens, config, start)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

it('checks every row behind what it has seen, and that the rows are the same', () => {
  checkRows([[1], [2, 3]], [3, 0], config);
  const check = (starts: readonly number[]) => () => checkRows([[1], [2, 3]], starts, config);
  expect(check([3, 3])).toThrow(expect.objectContaining({ code: 'run.context' }));
  expect(check([3])).toThrow(
    expect.objectContaining({
      code: 'run.input',
      message: expect.stringContaining('2 rows, but caches of 1'),
    }),
  );
});
