import { describe, expect, it } from 'vitest';
import { flagSurprising, PASSAGE_REACH, surprisingTokens } from './passages.js';
import { CAPITALISED, CONTINUES_WORD, NAME, NUMBER, STAYS_ALONE } from './protection-bits.js';

/** `C` capitalised, `N` a name, `#` alone by itself, `9` of a number, `-` goes on with a word, `.` none of it. */
const BITS: Readonly<Record<string, number>> = {
  C: CAPITALISED,
  N: CAPITALISED | NAME,
  '#': STAYS_ALONE,
  '9': NUMBER,
  '-': CONTINUES_WORD,
  '.': 0,
};

/** Names surprise by themselves, but too little for what stands around them; nothing else does. */
const BY_NAMES = (token: string) => (token === 'N' ? 3 : 0);

/** Which tokens stay alone where names alone surprise, or tokens as much as this; `x` for those, else `.`. */
function flags(tokens: string, surprise: number[] = [...tokens].map(BY_NAMES)): string {
  const bits = [...tokens].map((token) => BITS[token] as number);
  return [...flagSurprising(bits, surprise, 4)].map((flag) => (flag ? 'x' : '.')).join('');
}

describe('flagSurprising', () => {
  it('leaves alone eight tokens or more around which the mean surprise is above the threshold', () => {
    // From the second 6 to the last but one their means are 4.8, 6, 6, 6, 6 and 4.8; the first and the last 6 surprise by themselves.
    expect(flags('...............', [0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 0, 0, 0])).toBe('....xxxxxxxx...');
    expect(flags('..............', [0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 0, 0, 0])).toBe('..............');
    // Means of 21 / 5 at either end; of 20 / 5 they are not above 4, and leave six tokens.
    expect(flags('............', [0, 0, 0, 0, 21, 21, 21, 21, 0, 0, 0, 0])).toBe('..xxxxxxxx..');
    expect(flags('............', [0, 0, 0, 0, 20, 20, 20, 20, 0, 0, 0, 0])).toBe('............');
  });

  it('leaves alone what is protected by itself, in a passage or not', () => {
    expect(flags('..#...')).toBe('..x...');
    expect(flags('.#######.')).toBe('.xxxxxxx.');
  });

  it('joins names, tokens that stay alone and those between them if there are at most three', () => {
    expect(flags('N...#..N....')).toBe('xxxxxxxx....');
    expect(flags('N....#N######')).toBe('.....xxxxxxxx');
    expect(flags('.N...N...N.')).toBe('.xxxxxxxxx.');
  });

  it('takes names that are no surprise for other words', () => {
    const row = 'N...#..N....';
    const names = (surprise: number) =>
      flags(
        row,
        [...row].map((token) => (token === 'N' ? surprise : 0)),
      );
    // The threshold is 4, and two thirds of it are enough.
    expect(names(2.7)).toBe('xxxxxxxx....');
    expect(names(2.6)).toBe('....x.......');
  });

  it('leaves numbers alone of which a digit surprises a third as much as the threshold', () => {
    expect(flags('.99.9', [0, 0, 1.4, 0, 0])).toBe('.xx..');
    expect(flags('.99.9', [0, 0, 1.3, 0, 1.4])).toBe('....x');
    // As far as digits behind it are looked at, and from then on to the end of the number.
    expect(flags('.99999.', [0, 0, 0, 0, 2, 0, 0])).toBe('..xxxx.');
  });

  it('takes numbers that surprise for marks of passages, and others for other words', () => {
    expect(flags('N...9..N....', [3, 0, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0])).toBe('xxxxxxxx....');
    expect(flags('N...9..N....')).toBe('............');
  });

  it('begins a passage at a capitalised word before its first mark, and ends none at one', () => {
    expect(flags('.C...N..#.')).toBe('.xxxxxxxx.');
    expect(flags('.C....N.#N.')).toBe('........x..');
    expect(flags('N.N..N...C')).toBe('..........');
    expect(flags('N.N...NN..C')).toBe('xxxxxxxx...');
    expect(flags('CCCCCCCC')).toBe('........');
  });

  it('begins a passage at a word that surprises, too', () => {
    expect(flags('.....N..#.', [0, 5, 0, 0, 0, 3, 0, 0, 0, 0])).toBe('.xxxxxxxx.');
    expect(flags('.....N..#.', [0, 4, 0, 0, 0, 3, 0, 0, 0, 0])).toBe('........x.');
  });

  it('goes on to the end of a word, and with words that surprise themselves', () => {
    expect(flags('N.N.N---')).toBe('xxxxxxxx');
    expect(flags('N.N.N....', [3, 0, 3, 0, 3, 5, 5, 5, 0])).toBe('xxxxxxxx.');
    expect(flags('N.N.N....', [3, 0, 3, 0, 3, 4, 5, 5, 0])).toBe('.........');
  });

  it('goes back to the start of a word, three tokens at most', () => {
    // A mean of 21 / 5 from two tokens before the 21 on, to two behind what goes on with it.
    expect(flags('...-----....', [0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0])).toBe('..xxxxxxxx..');
    expect(flags('.......-....', [0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0])).toBe('............');
    expect(flags('...-------....', [0, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0])).toBe('...xxxxxxxxx..');
  });

  it('looks at no more tokens behind one than it says', () => {
    // A capitalised word, whose passage is long enough with the mark that the last token within reach makes, and that marks a word's start.
    const row = `........C.N...NC....---${'.'.repeat(20)}`;
    const flagged = (distance: number) =>
      flags(
        row,
        [...row].map((token, i) => (i === 8 + distance ? 99 : BY_NAMES(token))),
      )[8];
    expect(PASSAGE_REACH).toBe(16);
    expect([PASSAGE_REACH, PASSAGE_REACH + 1].map(flagged)).toEqual(['x', '.']);
  });
});

it('leaves padding out of each row', () => {
  const shape = [2, 10];
  const sizes = { shape, data: Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1) };
  const protection = { shape, data: new Int32Array(20) };
  const surprise = {
    shape: [2, 10, 1],
    data: Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99, 99, 5, 5, 5, 5, 5, 5, 5, 5),
  };
  const flagged = surprisingTokens({ sizes, protection, surprise }, { threshold: 4 });
  expect(flagged.shape).toEqual(shape);
  expect([...flagged.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
});
