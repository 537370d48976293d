/** Text to token ids and back. */
export interface Tokenizer {
  /** One more than the largest id. */
  readonly vocabSize: number;
  /** The token that starts a sequence, if the model has one. */
  readonly bosTokenId?: number;
  /** Every token that ends an answer: end of sequence, of turn, of message. May be empty. */
  readonly eosTokenIds: readonly number[];
  /** The Jinja source for `applyChatTemplate`, if the model has one. */
  readonly chatTemplate?: string;
  /**
   * Token ids of a text. Special tokens written out in it (`<|im_start|>`) become their ids, as chat templates need.
   *
   * @param options.addSpecialTokens adds what the model wants around a sequence, such as BOS (default true; false for
   *   text from a chat template, which writes it out)
   */
  encode(text: string, options?: { readonly addSpecialTokens?: boolean }): number[];
  /**
   * Text of token ids; bytes that are not UTF-8 become U+FFFD.
   *
   * @param options.skipSpecialTokens leaves special tokens out (default false)
   * @throws GeodesicError `tokenizer.unknown-id`
   */
  decode(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
  /**
   * A token as the vocabulary spells it, for example `Ġhello` or `▁hello`.
   *
   * @throws GeodesicError `tokenizer.unknown-id`
   */
  idToToken(id: number): string;
  /** Whether the token controls the model (BOS, end of turn, …) rather than standing for text. */
  isSpecial(id: number): boolean;
}
