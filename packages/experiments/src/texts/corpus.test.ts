import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { characterTokenizer as characters } from '../testing/character-tokenizer.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
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

  it('are drawn once each, until there are no more', () => {
    // Of 32 sentences the first begins behind no other, and the last is too near to the end.
    const few = new Corpus('few', [{ id: 'a', text: SENTENCES.slice(0, 32).join(' ') }]);
    const passages = few.passages(characters, 30, 40, 3).map((passage) => characters.decode(passage));
    expect(new Set(passages).size).toBe(30);
    expect(() => few.passages(characters, 32, 40, 3)).toThrow(
      expect.objectContaining({
        code: 'experiment.text',
        message: expect.stringMatching(/few has sentences for 30 passages of 40 tokens, not for 32/),
      }),
    );
  });

  it.each([
    ['without capitals', 'the first is said. the second too! and a third? ', ['the ', 'the ', 'and ']],
    ['in Cyrillic', 'Первое сказано. Второе тоже! Третье? ', ['Перв', 'Втор', 'Трет']],
    ['in Chinese', '第一句话说了。第二句话也是！第三句呢？', ['第一句话', '第二句话', '第三句呢']],
  ])('begin with sentences of a text %s', (_, text, beginnings) => {
    const corpus = new Corpus('test', [{ id: 'a', text: text.repeat(3) }]);
    const passages = corpus.passages(characters, 6, 4, 0).map((passage) => characters.decode(passage));
    expect(new Set(passages)).toEqual(new Set(beginnings));
  });

  it('draws words that are plain', () => {
    expect(corpus.words(3)).toEqual(['nothing', 'number', 'says']);
    const cyrillic = new Corpus('test', [
      { id: 'a', text: 'Вот море и корабль в море, Москва’и naïve fin.' },
    ]);
    expect(cyrillic.words(1)).toEqual(['naïve', 'корабль', 'море']);
    const digits = new Corpus('digits', [{ id: 'a', text: '1234 5678. A BCDE.' }]);
    expect(() => digits.words(1)).toThrow(
      expect.objectContaining({
        code: 'experiment.text',
        message: expect.stringContaining('the text digits has 0 words'),
      }),
    );
  });

  it('can not be of a side of the split that has nothing', async () => {
    const path = join(await temporaryFolder(), 'text.txt');
    await writeFile(path, 'One part. And no more.');
    const sides = await Promise.allSettled([Corpus.read(path, 'train'), Corpus.read(path, 'held-out')]);
    expect(sides.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(sides.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'experiment.text',
        message: expect.stringMatching(/nothing on the '(train|held-out)' side .*its only part/),
      },
    });
    await writeFile(path, '');
    await expect(Corpus.read(path, 'all')).rejects.toThrow('is empty');
  });
});
