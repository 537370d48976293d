import type { Tokenizer } from './tokenizer.js';

// A character is at most four bytes; past that many byte tokens, what is held back is not going to become one.
const maxHeldTokens = 8;

/**
 * Decodes tokens as they are generated. The texts of all `push` calls and `end` together are what decoding all ids at
 * once gives; a character whose bytes are spread over tokens is held back until it is whole. (Where a model writes bytes
 * that are no UTF-8 for more than eight tokens on end, there may be a U+FFFD more or less.)
 */
export class TokenStream {
  readonly #tokenizer: Tokenizer;
  readonly #options: { readonly skipSpecialTokens: boolean };
  /** Tokens already shown that the next ones are decoded after, as spaces depend on what stands before. */
  #shown: number[] = [];
  #held: number[] = [];

  /** @param options `skipSpecialTokens` leaves special tokens out of the text (default true) */
  constructor(
    tokenizer: Tokenizer,
    { skipSpecialTokens = true }: { readonly skipSpecialTokens?: boolean } = {},
  ) {
    this.#tokenizer = tokenizer;
    this.#options = { skipSpecialTokens };
  }

  /** Takes the next token and returns the text that is now complete, often ''. */
  push(id: number): string {
    this.#held.push(id);
    const text = this.#heldText();
    if (text.endsWith('\ufffd') && this.#held.length < maxHeldTokens) return '';
    return this.#show(text);
  }

  /** Returns what was held back, with U+FFFD for bytes that never became a character. The stream starts anew. */
  end(): string {
    const text = this.#held.length === 0 ? '' : this.#heldText();
    this.#shown = [];
    this.#held = [];
    return text;
  }

  #heldText(): string {
    const before = this.#tokenizer.decode(this.#shown, this.#options);
    return this.#tokenizer.decode([...this.#shown, ...this.#held], this.#options).slice(before.length);
  }

  #show(text: string): string {
    // A token without text (a skipped special one) can't be what the next ones are decoded after.
    if (text === '') this.#held = this.#held.filter((id) => !this.#tokenizer.isSpecial(id));
    if (text === '') return '';
    this.#shown = this.#held;
    this.#held = [];
    return text;
  }
}
