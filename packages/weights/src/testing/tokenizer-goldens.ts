import { readFileSync } from 'node:fs';

/** Token ids that llama.cpp gives (test/oracle/tokenizer). */
export interface TokenizerGoldens {
  readonly oracle: string;
  readonly cases: readonly (readonly [text: string, ids: readonly number[]])[];
}

/** The URL of a file in the goldens that all packages share. */
export function sharedGolden(name: string): URL {
  return new URL(`../../../../test/goldens/${name}`, import.meta.url);
}

/** The content of `tokenizer-<name>.json`. */
export function tokenizerGoldens(name: string): TokenizerGoldens {
  return JSON.parse(readFileSync(sharedGolden(`tokenizer-${name}.json`), 'utf8'));
}
