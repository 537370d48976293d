import {
  CAPITALISED,
  CONTINUES_WORD,
  GeodesicError,
  NUMBER,
  type Protection,
  STAYS_ALONE,
} from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { hasDigit, PROTECTED_BY_ITSELF, type VocabularyEntry } from './protected-classes.js';

/*
 * Traits of a token of the vocabulary, as bits: those of a token's protection that it has wherever it stands, `CAPITALISED` where it
 * begins with a capital letter, and these.
 */
/** Among the commonest words, in whatever case. */
export const COMMON = 64;
/** The traits are known. */
const KNOWN = 128;

/** The commonest words are tokens among the first 1 / 50 of a vocabulary, which early training found first. */
const COMMON_SHARE = 1 / 50;

/** Learns the traits of each token of a vocabulary once. */
export class VocabularyTraits {
  readonly #tokenizer: Tokenizer;
  readonly #protection: Protection;
  readonly #traits: Uint8Array;

  constructor(tokenizer: Tokenizer, protection: Protection) {
    this.#tokenizer = tokenizer;
    this.#protection = protection;
    this.#traits = new Uint8Array(tokenizer.vocabSize);
  }

  /**
   * The traits of a token. Ids behind the tokenizer's, which some models have room for, stand for nothing.
   *
   * @throws GeodesicError `merge.option` where a predicate does not say true or false
   */
  of(id: number): number {
    if (id >= this.#traits.length) return 0;
    const known = this.#traits[id] as number;
    if (known !== 0) return known;
    const traits = KNOWN | this.#learn({ id, text: this.#tokenizer.decode([id]) });
    this.#traits[id] = traits;
    return traits;
  }

  #learn(token: VocabularyEntry): number {
    const { text } = token;
    const beginsCapital = /^\s*\p{Lu}/u.test(text);
    return (
      (this.#isAlone(token) ? STAYS_ALONE : 0) |
      (beginsCapital ? CAPITALISED : 0) |
      (beginsCapital && this.#isCommon(text) ? COMMON : 0) |
      (this.#continuesWord(token) ? CONTINUES_WORD : 0) |
      (hasDigit(text) ? NUMBER : 0)
    );
  }

  #isAlone({ id, text }: VocabularyEntry): boolean {
    if (typeof this.#protection !== 'function') {
      return this.#protection.some((name) => PROTECTED_BY_ITSELF[name](this.#tokenizer, { id, text }));
    }
    const verdict: unknown = this.#protection({ id, text });
    if (typeof verdict === 'boolean') return verdict;
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: the predicate 'protect' gave ${String(verdict)} for token ${id} instead of true or false`,
    );
  }

  /** Whether the word in lower case is a common token: a sentence begins with such words, and no name is made of one. */
  #isCommon(text: string): boolean {
    const ids = this.#tokenizer.encode(` ${text.trim().toLowerCase()}`, { addSpecialTokens: false });
    return ids.length === 1 && (ids[0] as number) < this.#tokenizer.vocabSize * COMMON_SHARE;
  }

  /**
   * Punctuation belongs to the word before it: a comma behind a word that surprises is to be expected, and would hide a list. A piece of
   * a character continues too. Decoders drop the space before a first word: the vocabulary's spelling has it.
   */
  #continuesWord({ id, text }: VocabularyEntry): boolean {
    return (
      /^[\p{L}\p{M}\p{P}\ufffd]/u.test(text) && !/^[\s\u0120\u2581]/u.test(this.#tokenizer.idToToken(id))
    );
  }
}
