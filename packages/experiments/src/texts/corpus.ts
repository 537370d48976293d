import { GeodesicError } from '@geodesic/compiler';
import { seededRandom } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import type { Split } from '../spec/spec-schema.js';
import { documentsOf, readDocuments, type TextDocument } from './documents.js';

/** Characters that are encoded at first for each token that is wanted; twice as many each time that it was too few. */
const CHARACTERS_A_TOKEN = 6;

/** Where a sentence begins: behind the end of another, with a capital. */
const SENTENCE_START = /(?<=[.!?]["”’']?\s+)(?=[\p{Lu}“"])/gu;
/** The same for texts without capitals, or in a script that has none. */
const UNCAPITALISED_START = /(?<=[.!?]["”’']?\s+|[。！？]["”’'」』]?\s*)(?=[\p{L}\p{N}“"「『])/gu;

/** Four or more lower-case letters that are a word of their own. */
const PLAIN_WORD = /(?<![\p{L}\p{M}\p{N}_’'])\p{Ll}{4,}(?![\p{L}\p{M}\p{N}_’'])/gu;

/** One side of a text, for passages to be cut from. */
export class Corpus {
  readonly name: string;
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(name: string, documents: readonly TextDocument[]) {
    this.name = name;
    this.#text = documents.map(({ text }) => text).join('\n\n');
    const starts = placesOf(SENTENCE_START, this.#text);
    this.#starts = starts.length > 0 ? starts : [0, ...placesOf(UNCAPITALISED_START, this.#text)];
  }

  /**
   * Reads a shipped text by its name, or a file by its path.
   *
   * @throws GeodesicError `experiment.text` for a file that can't be read, and for a side of the split that has nothing of the text
   */
  static async read(name: string, split: Split): Promise<Corpus> {
    const documents = await readDocuments(name);
    const chosen = documentsOf(documents, split);
    if (chosen.length === 0) throw nothingOf(name, split, documents.length);
    return new Corpus(name, chosen);
  }

  /**
   * Passages of equal length that begin with sentences, each with another. The same seed draws the same places for every length, so that
   * a longer passage begins with the shorter one.
   *
   * @returns token ids, one list a passage
   * @throws GeodesicError `experiment.text` where the text is too short, or has too few sentences
   */
  passages(tokenizer: Tokenizer, count: number, length: number, seed: number): number[][] {
    const random = seededRandom(seed);
    const passages: number[][] = [];
    const drawn = new Set<number>();
    // A place near the text's end is too short for long passages, as are all behind it: the next draw takes its turn.
    let end = this.#text.length;
    while (passages.length < count && drawn.size < this.#starts.length) {
      const start = this.#starts[Math.floor(random() * this.#starts.length)] as number;
      if (drawn.has(start)) continue;
      drawn.add(start);
      const ids = start < end ? this.#tokensFrom(tokenizer, start, length) : undefined;
      if (ids !== undefined) passages.push(ids);
      else end = Math.min(end, start);
    }
    if (passages.length === count) return passages;
    throw tooShort(this.name, passages.length, count, length);
  }

  /**
   * The words of the text that are plain lower-case letters, four or more, each once.
   *
   * @param least how many there must be
   * @throws GeodesicError `experiment.text` where there are fewer
   */
  words(least: number): string[] {
    const words = [...new Set(this.#text.match(PLAIN_WORD) ?? [])].sort();
    if (words.length >= least) return words;
    throw new GeodesicError(
      'experiment.text',
      `the text ${this.name} has ${words.length} words of four or more lower-case letters, and at least ${least} are drawn from: give another text, or leave out 'words'`,
    );
  }

  #tokensFrom(tokenizer: Tokenizer, start: number, length: number): number[] | undefined {
    for (let characters = CHARACTERS_A_TOKEN * length; ; characters *= 2) {
      const ids = tokenizer.encode(this.#text.slice(start, start + characters));
      // The last tokens of a cut text may be others than those of the whole.
      if (ids.length > length) return ids.slice(0, length);
      if (start + characters >= this.#text.length) return undefined;
    }
  }
}

function placesOf(pattern: RegExp, text: string): number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

function nothingOf(name: string, split: Split, documents: number): GeodesicError {
  const parts = documents === 1 ? 'its only part lies' : `all of its ${documents} parts lie`;
  return new GeodesicError(
    'experiment.text',
    documents === 0
      ? `the text ${name} is empty`
      : `the text ${name} has nothing on the '${split}' side of the split, ${parts} on the other: give a longer text, or split: all`,
  );
}

function tooShort(name: string, found: number, count: number, length: number): GeodesicError {
  return new GeodesicError(
    'experiment.text',
    found === 0
      ? `the text ${name} is too short for passages of ${length} tokens: give a longer text, or shorter lengths`
      : `the text ${name} has sentences for ${found} passages of ${length} tokens, not for ${count}: give a longer text, shorter lengths, or fewer passages or items`,
  );
}
