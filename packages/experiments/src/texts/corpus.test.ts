import { describe, expect, it } from 'vitest';
import { characterTokenizer as characters } from '../testing/character-tokenizer.js';
import { Corpus } from './corpus.js';

const SENTENCES = Array.from({ length: 300 }, (_, i) => `Sentence number ${i} says “nothing” new.`);
const corpus = new Corpus('test', [{ id: 'a', text: SENTENCES.join(' ') }]);

describe('passages', () => {
  it('have the length that is asked for and begin with a sentence', () => {
    const passages = corpus.passages(characters, 10, 100, 3);
    expect(passages.map(({ length }) => length)).toEqual(Array(10).fill(100));
    for (const passage of passages) expect(characters.decode(passage)).toMatch(/^Sentence number \d+ says/);
  });

  it('are the same for a seed, and begin alike at every length', () => {
    const short = corpus.passages(characters, 6, 40, 3);
    expect(corpus.passages(characters, 6, 40, 3)).toEqual(short);
    expect(corpus.passages(characters, 6, 80, 3).map((passage) => passage.slice(0, 40))).toEqual(short);
    expect(corpus.passages(characters, 6, 40, 4)).not.toEqual(short);
  });

  it('can not be longer than the text', () => {
    expect(() => corpus.passages(characters, 1, 100_000, 0)).toThrow(/too short for passages of 100000/);
  });

  it('draws words that are plain', () => {
    expect(corpus.words()).toEqual(['nothing', 'number', 'says']);
  });
});
