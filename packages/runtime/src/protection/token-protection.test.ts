import { CAPITALISED, CONTINUES_WORD, NAME, type Protection, STAYS_ALONE } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { expect, it } from 'vitest';
import { protectedTokens, TokenProtection } from './token-protection.js';

const SPELLED = [
  '<s>',
  'ĠAnna',
  'ĠKow',
  'al',
  'ski',
  "'",
  'Ġwrote',
  'Ġ1',
  '9',
  'Ċ',
  'Ċ',
  '.',
  'Hi',
  '�',
  'x',
  'y',
];
const TEXTS = SPELLED.map((token) => token.replaceAll('Ġ', ' ').replaceAll('Ċ', '\n'));

let decoded = 0;
const tokenizer: Tokenizer = {
  vocabSize: SPELLED.length,
  eosTokenIds: [],
  // ` anna` is the commonest token; others are several.
  encode: (text) => (text === ' anna' ? [0] : [3, 4]),
  decode: ([id]) => {
    decoded += 1;
    return TEXTS[id as number] as string;
  },
  idToToken: (id) => SPELLED[id] as string,
  isSpecial: (id) => id === 0,
};
const row = [...SPELLED.keys()];
const alone = (protection: Protection) =>
  [...new TokenProtection(tokenizer, protection).flagsOf(row)].flatMap((flag, id) =>
    flag ? [SPELLED[id]] : [],
  );

it.each<[Protection, string[]]>([
  [[], []],
  [['digits'], ['Ġ1', '9']],
  [
    ['special', 'newlines'],
    ['<s>', 'Ċ', 'Ċ'],
  ],
  // A word goes on until a space or a line's end, with punctuation behind it, and a piece of a character may be a letter.
  [['capitalised'], ['ĠAnna', 'ĠKow', 'al', 'ski', "'", 'Hi', '�', 'x', 'y']],
  // Only the commonest words in lower case are no names, and theirs are pieces that follow a capital too.
  [['names'], ['ĠKow', 'al', 'ski', "'", 'Hi', '�', 'x', 'y']],
  [['rare'], SPELLED.slice(8)],
  [({ id, text }) => id === 3 || text === '.', ['al', '.']],
])('%s', (protection, expected) => {
  expect(alone(protection)).toEqual(expected);
});

it('tells apart what surprise is judged with', () => {
  const bits = new TokenProtection(tokenizer, ['digits']).bitsOf(row);
  const having = (bit: number) => SPELLED.filter((_, id) => ((bits[id] as number) & bit) !== 0);
  expect(having(STAYS_ALONE)).toEqual(['Ġ1', '9']);
  expect(having(CONTINUES_WORD)).toEqual(['al', 'ski', "'", '.', 'Hi', '�', 'x', 'y']);
  expect(having(CAPITALISED)).toEqual(['ĠAnna', 'ĠKow', 'al', 'ski', "'", 'Hi', '�', 'x', 'y']);
  expect(having(NAME)).toEqual(['ĠKow', 'al', 'ski', "'", 'Hi', '�', 'x', 'y']);
});

it('learns each token once, and knows nothing of ids that the tokenizer lacks', () => {
  const protection = new TokenProtection(tokenizer, ['digits']);
  decoded = 0;
  expect([...protection.flagsOf([8, 8, 99, 8])]).toEqual([1, 1, 0, 1]);
  expect([...protection.flagsOf([8])]).toEqual([1]);
  expect(decoded).toBe(1);
});

it('refuses a predicate that gives something else', () => {
  const protection = new TokenProtection(tokenizer, (() => undefined) as never);
  expect(() => protection.flagsOf([3])).toThrow(
    expect.objectContaining({
      code: 'merge.option',
      message: "slerpMerge: the predicate 'protect' gave undefined for token 3 instead of true or false",
    }),
  );
});

it('tells the tokens that sessions protect by default, or others, but not what states alone tell', () => {
  expect(protectedTokens(tokenizer, row)).toEqual(
    new TokenProtection(tokenizer, ['digits', 'capitalised', 'special']).flagsOf(row),
  );
  expect([...protectedTokens(tokenizer, [6, 9], ['newlines'])]).toEqual([0, 1]);
  for (const measured of ['surprising', 'norm-outliers'] as const) {
    expect(() => protectedTokens(tokenizer, row, [measured])).toThrow(
      expect.objectContaining({ code: 'merge.option' }),
    );
  }
});
