import type { ProtectedClass } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';

/** The token, and what it reads. */
export interface VocabularyEntry {
  readonly id: number;
  readonly text: string;
}

export function hasDigit(text: string): boolean {
  return /\p{Nd}/u.test(text);
}

/** Whether a token belongs to a class by itself: words are told apart by the tokens before, norms and surprise by states. */
export const PROTECTED_BY_ITSELF: Readonly<
  Record<ProtectedClass, (tokenizer: Tokenizer, token: VocabularyEntry) => boolean>
> = {
  digits: (_, { text }) => hasDigit(text),
  capitalised: () => false,
  names: () => false,
  rare: ({ vocabSize }, { id }) => id >= vocabSize / 2,
  newlines: (_, { text }) => /[\n\r]/.test(text),
  special: (tokenizer, { id }) => tokenizer.isSpecial(id),
  'norm-outliers': () => false,
  surprising: () => false,
};
