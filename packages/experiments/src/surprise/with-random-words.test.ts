import { expect, it } from 'vitest';
import { Draw } from '../tasks/draw.js';
import { withRandomWords } from './with-random-words.js';

const WORDS = ['alpha', 'beta', 'gamma'];
/** A token for each word, above those of the passage. */
const tokenizer = {
  encode: (text: string) =>
    text
      .trim()
      .split(' ')
      .map((word) => 1000 + WORDS.indexOf(word)),
};
const passage = Array.from({ length: 40 }, (_, i) => i);

it('puts three runs of three to six words in, and keeps the length', () => {
  const counts = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const ids = withRandomWords(passage, WORDS, tokenizer, new Draw(seed));
    expect(ids).toHaveLength(40);
    expect(ids[0]).toBe(0);
    // What is left of the passage is in order, from its start on without a gap.
    const kept = ids.filter((id) => id < 1000);
    expect(kept).toEqual(passage.slice(0, kept.length));
    expect(ids.filter((id) => id > 1002)).toEqual([]);
    counts.add(40 - kept.length);
  }
  // A run may go beyond the end, or into another.
  expect(Math.max(...counts)).toBe(18);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
});

it('draws the same again from the same seed', () => {
  const draw = (seed: number) => withRandomWords(passage, WORDS, tokenizer, new Draw(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});
