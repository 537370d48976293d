import {
  CAPITALISED,
  CONTINUES_WORD,
  DEFAULT_PROTECTION,
  GENERATED,
  GeodesicError,
  NAME,
  NUMBER,
  type ProtectedClass,
  type Protection,
  protectsNorms,
  protectsSurprise,
  STAYS_ALONE,
} from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';

/**
 * Which tokens of a row a merge with this protection leaves alone, a flag for each: 1 for those, else 0. Sessions find out by
 * themselves; modules that were compiled ahead of time know no tokenizer and are told so.
 *
 * @throws GeodesicError `merge.option` for `surprising` and `norm-outliers`, which only the states tell
 */
export function protectedTokens(
  tokenizer: Tokenizer,
  row: readonly number[],
  protection: Protection = DEFAULT_PROTECTION,
): Uint8Array {
  if (protectsSurprise(protection) || protectsNorms(protection)) {
    throw new GeodesicError(
      'merge.option',
      "protectedTokens: 'surprising' and 'norm-outliers' can't be told from tokens: leave them out",
    );
  }
  return new TokenProtection(tokenizer, protection).flagsOf(row);
}

/** What is known of a token of the vocabulary, as bits. */
const KNOWN = 1;
/** Protected wherever it stands. */
const ALONE = 2;
/** Begins with a capital letter. */
const CAPITAL = 4;
/** Goes on with the word that the token before it began. */
const CONTINUES = 8;
/** Among the commonest words, in whatever case. */
const COMMON = 16;

/** Has a digit. */
const DIGIT = 32;

/** The commonest words are tokens among the first 1 / 50 of a vocabulary, which early training found first. */
const COMMON_SHARE = 1 / 50;

/** Says which tokens of a row a merge leaves alone; it learns each token of the vocabulary once. */
export class TokenProtection {
  readonly #tokenizer: Tokenizer;
  readonly #protection: Protection;
  readonly #known: Uint8Array;

  constructor(tokenizer: Tokenizer, protection: Protection) {
    this.#tokenizer = tokenizer;
    this.#protection = protection;
    this.#known = new Uint8Array(tokenizer.vocabSize);
  }

  /**
   * 1 for the tokens of a row that stay alone, else 0. A token's flag depends on nothing behind it, so that flags never change
   * when the row grows.
   */
  flagsOf(row: readonly number[]): Uint8Array {
    return this.bitsOf(row).map((bits) => bits & STAYS_ALONE);
  }

  /**
   * The bits that surprise is judged with: `flagsOf`, which tokens go on with a word, and which are of a capitalised word, a name or a
   * number, or were generated.
   *
   * @param generated 1 for each token of the row that was, else 0; default: none was
   */
  bitsOf(row: readonly number[], generated: readonly number[] = []): Uint8Array {
    const classes = typeof this.#protection === 'function' ? [] : this.#protection;
    const [allCapitals, names] = [classes.includes('capitalised'), classes.includes('names')];
    let inCapitalised = false;
    return Uint8Array.from(row, (id, i) => {
      const token = this.#describe(id);
      const continues = (token & CONTINUES) !== 0;
      inCapitalised = (token & CAPITAL) !== 0 || (inCapitalised && continues);
      const isName = inCapitalised && (token & COMMON) === 0;
      const staysAlone = (token & ALONE) !== 0 || (allCapitals && inCapitalised) || (names && isName);
      return (
        (staysAlone ? STAYS_ALONE : 0) |
        (continues ? CONTINUES_WORD : 0) |
        (inCapitalised ? CAPITALISED : 0) |
        (isName ? NAME : 0) |
        ((token & DIGIT) !== 0 ? NUMBER : 0) |
        (generated[i] === 1 ? GENERATED : 0)
      );
    });
  }

  /** Ids behind the tokenizer's, which some models have room for, stand for nothing. */
  #describe(id: number): number {
    if (id >= this.#known.length) return KNOWN;
    const known = this.#known[id] as number;
    if (known !== 0) return known;
    const text = this.#tokenizer.decode([id]);
    const described =
      KNOWN |
      (this.#isAlone(id, text) ? ALONE : 0) |
      (/^\s*\p{Lu}/u.test(text) ? CAPITAL | (this.#isCommon(text) ? COMMON : 0) : 0) |
      (this.#continuesWord(id, text) ? CONTINUES : 0) |
      (HAS_DIGIT.test(text) ? DIGIT : 0);
    this.#known[id] = described;
    return described;
  }

  #isAlone(id: number, text: string): boolean {
    if (typeof this.#protection !== 'function') {
      return this.#protection.some((name) => CLASSES[name](this.#tokenizer, id, text));
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

  /** Decoders drop the space before a first word: the vocabulary's spelling has it. A piece of a character continues too. */
  #continuesWord(id: number, text: string): boolean {
    return /^[\p{L}\p{M}\ufffd]/u.test(text) && !/^[\s\u0120\u2581]/u.test(this.#tokenizer.idToToken(id));
  }
}

const HAS_DIGIT = /\p{Nd}/u;

/** Whether a token belongs to a class by itself: words are told apart in `flagsOf`, norms where states are. */
const CLASSES: Readonly<Record<ProtectedClass, (tokenizer: Tokenizer, id: number, text: string) => boolean>> =
  {
    digits: (_, _id, text) => HAS_DIGIT.test(text),
    capitalised: () => false,
    names: () => false,
    rare: (tokenizer, id) => id >= tokenizer.vocabSize / 2,
    newlines: (_, _id, text) => /[\n\r]/.test(text),
    special: (tokenizer, id) => tokenizer.isSpecial(id),
    'norm-outliers': () => false,
    surprising: () => false,
  };
