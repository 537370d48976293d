import { GeodesicError } from '../error.js';
import { TOKENS } from '../ir/domain.js';

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

/** The input that says which tokens the merge after a layer leaves alone: i32 [B, N], 0 for those that may be merged. */
export function protectionInput(afterLayer: number): string {
  return `${TOKENS}.protected@${afterLayer}`;
}

/** The parameters that tell how surprising tokens are: f32 [features, 1] and [1]. */
export function surpriseParameters(layer: number): { readonly weights: string; readonly bias: string } {
  const name = `merge.surprise@${layer}`;
  return { weights: `${name}.weights`, bias: `${name}.bias` };
}

/** The output that hands out how surprising tokens were to the merge into a domain. */
export function surpriseOutput(domain: string): string {
  return `merge.${domain}.surprise`;
}

/** Whether a merge with this protection asks for that input at all. */
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

/** @throws GeodesicError `merge.option` for what is neither a predicate nor a list of classes */
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
