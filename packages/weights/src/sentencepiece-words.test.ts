import { expect, test } from 'vitest';
import { sentencePieceWords } from './sentencepiece-words.js';

function pieces(tokens: readonly string[], text: string): string[] {
  return Array.from(text.matchAll(new RegExp(sentencePieceWords(tokens), 'gu')), ([piece]) => piece);
}

test.each([
  ['one▁two', ['one', '▁two']],
  ['▁▁a▁▁▁b▁', ['▁▁a', '▁▁▁b', '▁']],
  ['▁▁', ['▁▁']],
  ['a\n▁b\n', ['a\n', '▁b\n']],
  ['😀▁😀', ['😀', '▁😀']],
  ['', []],
])('without tokens that have ▁ inside, %j is parted before each run of it', (text, expected) => {
  expect(pieces(['▁', '▁▁', '▁a', 'b'], text)).toEqual(expected);
});

test('a text stays whole where a token might reach across ▁', () => {
  const tokens = ['>▁</', '😀▁', ']▁▁['];
  expect(pieces(tokens, 'a>▁</b▁c')).toEqual(['a>▁</b', '▁c']);
  expect(pieces(tokens, 'a>▁▁x>▁▁y▁z')).toEqual(['a>▁▁x>▁▁y', '▁z']);
  expect(pieces(tokens, '😀▁😃▁x')).toEqual(['😀▁😃', '▁x']);
  expect(pieces(tokens, ']▁▁[▁')).toEqual([']▁▁[', '▁']);
});
