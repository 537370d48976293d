import {
  CAPITALISED,
  CONTINUES_WORD,
  checkProtection,
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
import { COMMON, VocabularyTraits } from './vocabulary-traits.js';

/**
 * Which tokens of a row a merge with this protection leaves alone, a flag for each: 1 for those, else 0. Sessions find out by
 * themselves; modules that were compiled ahead of time know no tokenizer and are told so.
 *
 * @throws GeodesicError `merge.option` for what is no class, and for `surprising` and `norm-outliers`, which only the states tell
 */
export function protectedTokens(
  tokenizer: Tokenizer,
  row: readonly number[],
  protection: Protection = DEFAULT_PROTECTION,
): Uint8Array {
  checkProtection(protection);
  if (protectsSurprise(protection) || protectsNorms(protection)) {
    throw new GeodesicError(
      'merge.option',
      "protectedTokens: 'surprising' and 'norm-outliers' can't be told from tokens: leave them out",
    );
  }
  return new TokenProtection(tokenizer, protection).flagsOf(row);
}

/** Says which tokens of a row a merge leaves alone; it learns each token of the vocabulary once. */
export class TokenProtection {
  readonly #vocabulary: VocabularyTraits;
  readonly #classes: readonly ProtectedClass[];

  constructor(tokenizer: Tokenizer, protection: Protection) {
    this.#vocabulary = new VocabularyTraits(tokenizer, protection);
    this.#classes = typeof protection === 'function' ? [] : protection;
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
    const allCapitals = this.#classes.includes('capitalised');
    const names = this.#classes.includes('names');
    let inCapitalised = false;
    return Uint8Array.from(row, (id, i) => {
      const token = this.#vocabulary.of(id);
      const continues = (token & CONTINUES_WORD) !== 0;
      inCapitalised = (token & CAPITALISED) !== 0 || (inCapitalised && continues);
      const isName = inCapitalised && (token & COMMON) === 0;
      const staysAlone = (allCapitals && inCapitalised) || (names && isName);
      return (
        (token & (STAYS_ALONE | CONTINUES_WORD | NUMBER)) |
        (staysAlone ? STAYS_ALONE : 0) |
        (inCapitalised ? CAPITALISED : 0) |
        (isName ? NAME : 0) |
        (generated[i] === 1 ? GENERATED : 0)
      );
    });
  }
}
