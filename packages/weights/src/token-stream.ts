import type { Tokenizer } from './tokenizer.js';

// A character is at most four bytes; past that many tokens that complete none, what is held back is not going to become one.
const maxWaitingTokens = 8;

/**
 * Decodes tokens as they are generated. The texts of all `push` calls and `end` together are what decoding all ids at
 * once gives; a character whose bytes are spread over tokens is held back until it is whole, what stands before it is not. (Where a
 * model writes bytes that are no UTF-8 for more than eight tokens on end, there may be a U+FFFD more or less.)
 */
export class TokenStream {
  readonly #tokenizer: Tokenizer;
  readonly #options: { readonly skipSpecialTokens: boolean };
  /** Tokens already shown that the next ones are decoded after, as spaces depend on what stands before. */
  #shown: number[] = [];
  /** Tokens behind them, of which the last ends within a character. */
  #held: number[] = [];
  /** How many code units of their text were shown, and how many of them came since. */
  #given = 0;
  #waiting = 0;

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
    this.#waiting++;
    const text = this.#heldText();
    const whole = text.replace(/\ufffd+$/, '');
    if (whole.length === text.length) return this.#show(text);
    if (whole.length > this.#given) return this.#give(whole);
    return this.#waiting < maxWaitingTokens ? '' : this.#show(text);
  }

  /** Returns what was held back, with U+FFFD for bytes that never became a character. The stream starts anew. */
  end(): string {
    const text = this.#held.length === 0 ? '' : this.#give(this.#heldText());
    this.#shown = [];
    this.#forget();
    return text;
  }

  #heldText(): string {
    const before = this.#tokenizer.decode(this.#shown, this.#options);
    return this.#tokenizer.decode([...this.#shown, ...this.#held], this.#options).slice(before.length);
  }

  /** What of the held text was not given yet. */
  #give(text: string): string {
    const more = text.slice(this.#given);
    this.#given = text.length;
    this.#waiting = 0;
    return more;
  }

  #show(text: string): string {
    // A token without text (a skipped special one) can't be what the next ones are decoded after.
    if (text === '') this.#held = this.#held.filter((id) => !this.#tokenizer.isSpecial(id));
    if (text === '') return '';
    const more = this.#give(text);
    this.#shown = this.#held;
    this.#forget();
    return more;
  }

  #forget(): void {
    this.#held = [];
    this.#given = 0;
    this.#waiting = 0;
  }
}
