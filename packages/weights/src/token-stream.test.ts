import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ggufTokenizer } from './gguf-tokenizer.js';
import { openCheckpoint } from './node/open-checkpoint.js';
import { sharedGolden, tokenizerGoldens } from './testing/tokenizer-goldens.js';
import { TokenStream } from './token-stream.js';
import type { Tokenizer } from './tokenizer.js';

async function tokenizerOf(name: string): Promise<Tokenizer> {
  const checkpoint = await openCheckpoint(fileURLToPath(sharedGolden(name)));
  await checkpoint.close();
  return ggufTokenizer(checkpoint.metadata, name);
}

function streamed(stream: TokenStream, ids: readonly number[]): string[] {
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

const vocabularies = ['tokenizer-bpe.gguf', 'tokenizer-sentencepiece.gguf', 'tokenizer-no-prefix.gguf'];

test.each(vocabularies)('%s: streamed text is decoded text, without half characters', async (name) => {
  const tokenizer = await tokenizerOf(name);
  for (const skipSpecialTokens of [true, false]) {
    const stream = new TokenStream(tokenizer, { skipSpecialTokens });
    for (const [text] of tokenizerGoldens('smollm2').cases) {
      const ids = tokenizer.encode(text, { addSpecialTokens: false });
      const whole = tokenizer.decode(ids, { skipSpecialTokens });
      const parts = streamed(stream, ids);
      expect(parts.join('')).toBe(whole);
      if (!whole.includes('\ufffd')) expect(parts.filter((part) => part.includes('\ufffd'))).toEqual([]);
    }
  }
});

test.each(vocabularies)(
  '%s: any ids at all stream without an error and without holding on for ever',
  async (name) => {
    const tokenizer = await tokenizerOf(name);
    const ids = fc.array(fc.integer({ min: 0, max: tokenizer.vocabSize - 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(ids, (sequence) => {
        const stream = new TokenStream(tokenizer);
        for (const id of sequence) expect(stream.push(id).length).toBeLessThan(600);
        expect(typeof stream.end()).toBe('string');
      }),
    );
  },
);

test('an emoji appears once its last byte is there', async () => {
  const tokenizer = await tokenizerOf('tokenizer-sentencepiece.gguf');
  const ids = [0xf0, 0x9f, 0xa7, 0xbf].map((byte) => 5 + byte);
  expect(streamed(new TokenStream(tokenizer), ids)).toEqual(['', '', '', '\u{1F9FF}', '']);
  expect(streamed(new TokenStream(tokenizer), ids.slice(0, 2)).join('')).toContain('\ufffd');
});

test('characters appear though each token ends within the next one', () => {
  const text = '한국어로 말해요, 네네네네네네네네네네';
  const bytes = [...new TextEncoder().encode(text)];
  // Cut a byte behind each character's first.
  const firsts = bytes.flatMap((byte, i) => (byte >= 0xc0 ? [i + 1] : []));
  const pieces = [0, ...firsts].map((start, i) => bytes.slice(start, firsts[i]));
  const decode = (ids: readonly number[]) =>
    new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => pieces[id] as number[])));
  const parts = streamed(new TokenStream({ decode, isSpecial: () => false } as never), [...pieces.keys()]);
  expect(parts.join('')).toBe(text);
  expect(parts.slice(0, 3)).toEqual(['', '한', '국']);
});
