import { GeodesicError } from '../error.js';

/**
 * Classes of tokens of the vocabulary that a merge can leave alone: tokens with a digit, words that begin with a capital letter (with all their
 * tokens), names (those of them that are no common words, such as begin sentences), rare tokens (of the later half of the vocabulary, which is sorted by how early training found them), line breaks, and
 * tokens that control the model.
 */
export const TOKEN_CLASSES = ['digits', 'capitalised', 'names', 'rare', 'newlines', 'special'] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/**
 * What a merge can leave alone by name: classes of the vocabulary, and pairs with an outlier by its norm: where one state is more than
 * `NORM_FACTOR` times as long as the other; and numbers and passages that surprise the model.
 */
export const PROTECTED_CLASSES = [...TOKEN_CLASSES, 'norm-outliers', 'surprising'] as const;
export type ProtectedClass = (typeof PROTECTED_CLASSES)[number];
export const NORM_FACTOR = 2;

/** Says of a token of the vocabulary whether it stays alone. */
export type TokenPredicate = (token: { readonly id: number; readonly text: string }) => boolean;

/** Which tokens a merge leaves alone: those of any of these classes, or those of which a predicate says so. */
export type Protection = readonly ProtectedClass[] | TokenPredicate;

/** What sessions protect where they are not told otherwise: `docs/decisions.md` says why. */
export const DEFAULT_PROTECTION: readonly ProtectedClass[] = ['digits', 'capitalised', 'special'];

/** What they protect instead where a probe tells how surprising tokens are to the model. */
export const PROBED_PROTECTION: readonly ProtectedClass[] = ['special', 'surprising'];

/** Whether a merge with this protection asks which tokens it leaves alone at all. */
export function protectsTokens(protection: Protection): boolean {
  return typeof protection === 'function' || protection.some((name) => name !== 'norm-outliers');
}

/** Whether pairs of very different norms stay apart. */
export function protectsNorms(protection: Protection): boolean {
  return typeof protection !== 'function' && protection.includes('norm-outliers');
}

/** Whether tokens stay alone where the text surprises. */
export function protectsSurprise(protection: Protection): boolean {
  return typeof protection !== 'function' && protection.includes('surprising');
}

/**
 * Makes sure that a protection means something, for callers without types.
 *
 * @throws GeodesicError `merge.option` for what is neither a predicate nor a list of classes
 */
export function checkProtection(protection: Protection): void {
  if (typeof protection === 'function') return;
  const classes: readonly string[] = PROTECTED_CLASSES;
  const unknown = Array.isArray(protection)
    ? protection.find((name) => !classes.includes(name))
    : String(protection);
  if (unknown === undefined) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: protect takes a predicate or a list of ${PROTECTED_CLASSES.join(', ')}, not '${unknown}'`,
  );
}
