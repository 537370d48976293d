import { GeodesicError } from '@geodesic/compiler';
import { seededRandom } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import type { Split } from '../spec/spec-schema.js';
import { documentsOf, readDocuments, type TextDocument } from './documents.js';

/** Characters that are encoded at first for each token that is wanted; twice as many each time that it was too few. */
const CHARACTERS_A_TOKEN = 6;

/** Where a sentence begins: behind the end of another, with a capital. */
const SENTENCE_START = /(?<=[.!?]["”’']?\s+)(?=[A-Z“"])/g;

/** One side of a text, for passages to be cut from. */
export class Corpus {
  readonly name: string;
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(name: string, documents: readonly TextDocument[]) {
    this.name = name;
    this.#text = documents.map(({ text }) => text).join('\n\n');
    const starts = [...this.#text.matchAll(SENTENCE_START)].map(({ index }) => index);
    this.#starts = starts.length > 0 ? starts : [0];
  }

  static async read(name: string, split: Split): Promise<Corpus> {
    return new Corpus(name, documentsOf(await readDocuments(name), split));
  }

  /**
   * Passages of equal length that begin with a sentence. The same seed draws the same places for every length, so that a longer
   * passage begins with the shorter one.
   *
   * @returns token ids, one list a passage
   * @throws GeodesicError `experiment.text` where the text is too short
   */
  passages(tokenizer: Tokenizer, count: number, length: number, seed: number): number[][] {
    const random = seededRandom(seed);
    const passages: number[][] = [];
    // A place near the text's end is too short for long passages: the next draw takes its turn.
    for (let draws = 0; passages.length < count && draws < 20 * count; draws++) {
      const start = this.#starts[Math.floor(random() * this.#starts.length)] as number;
      const ids = this.#tokensFrom(tokenizer, start, length);
      if (ids !== undefined) passages.push(ids);
    }
    if (passages.length === count) return passages;
    throw new GeodesicError(
      'experiment.text',
      `the text ${this.name} is too short for passages of ${length} tokens: give a longer text, or shorter lengths`,
    );
  }

  /** The words of the text that are plain lower-case letters, four or more, each once. */
  words(): string[] {
    return [...new Set(this.#text.match(/(?<![\w’'])[a-z]{4,}(?![\w’'])/g) ?? [])].sort();
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
