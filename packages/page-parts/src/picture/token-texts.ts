import { type Tokenizer, TokenStream } from '@geodesic/weights';
import type { TokenText } from './picture.js';

/** The text of each token where it stands; a token without whole characters is spelt as the vocabulary does. */
export function tokenTexts(tokenizer: Tokenizer, ids: readonly number[]): TokenText[] {
  const stream = new TokenStream(tokenizer, { skipSpecialTokens: false });
  return ids.map((id) => ({ id, text: stream.push(id) || tokenizer.idToToken(id) }));
}
