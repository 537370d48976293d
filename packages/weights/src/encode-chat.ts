import { applyChatTemplate } from './chat-template.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * Token ids of a user's message in a chat template, up to where the answer begins.
 *
 * @param template Jinja source, from `Tokenizer.chatTemplate`
 * @throws GeodesicError `chat-template.failed`
 */
export function encodeChat(tokenizer: Tokenizer, template: string, content: string): number[] {
  const token = (id: number | undefined) => (id === undefined ? '' : tokenizer.idToToken(id));
  const text = applyChatTemplate(template, [{ role: 'user', content }], {
    bosToken: token(tokenizer.bosTokenId),
    eosToken: token(tokenizer.eosTokenIds[0]),
  });
  return tokenizer.encode(text, { addSpecialTokens: false });
}
