import type { Tokenizer } from '@geodesic/weights';

/** A token is a character, its id the code point. */
export const characterTokenizer: Tokenizer = {
  vocabSize: 0x110000,
  eosTokenIds: [],
  encode: (text) => Array.from(text, (character) => character.codePointAt(0) as number),
  decode: (ids) => String.fromCodePoint(...ids),
  idToToken: (id) => String.fromCodePoint(id),
  isSpecial: () => false,
};
