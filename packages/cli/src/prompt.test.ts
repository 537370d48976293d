import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecoderConfig } from '@geodesic/models';
import type { Tokenizer } from '@geodesic/weights';
import { expect, it, onTestFinished } from 'vitest';
import { encodePrompt, readPrompt } from './prompt.js';

const config = { maxPositionEmbeddings: 100, vocabSize: 1 } as DecoderConfig;

/** Makes a token of so many characters, and counts those that it was given. */
function countingTokenizer(charactersPerToken: number): { tokenizer: Tokenizer; encoded: () => number } {
  let encoded = 0;
  const encode = (text: string) => {
    encoded += text.length;
    return new Array<number>(Math.ceil(text.length / charactersPerToken)).fill(0);
  };
  return {
    tokenizer: { vocabSize: 1, eosTokenIds: [], encode } as unknown as Tokenizer,
    encoded: () => encoded,
  };
}

it.each([
  { charactersPerToken: 1, needed: 200 },
  { charactersPerToken: 4, needed: 600 },
])('of a megabyte only the first $needed characters are encoded', ({ charactersPerToken, needed }) => {
  const { tokenizer, encoded } = countingTokenizer(charactersPerToken);
  expect(() => encodePrompt(tokenizer, 'x'.repeat(1e6), undefined, config)).toThrow(
    `the first ${needed} of its 1000000 characters take ${needed / charactersPerToken} tokens, the model's context holds 100`,
  );
  expect(encoded()).toBe(needed);
});

it('what is a little too long is counted exactly', () => {
  const { tokenizer } = countingTokenizer(1);
  expect(() => encodePrompt(tokenizer, 'x'.repeat(101), undefined, config)).toThrow('101 tokens');
  expect(encodePrompt(tokenizer, 'x'.repeat(100), undefined, config)).toHaveLength(100);
});

it('the mark that some editors begin a file with is no part of the prompt', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-prompt-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const promptFile = join(folder, 'prompt.txt');
  await writeFile(promptFile, '\uFEFFthe \uFEFFcat\n');
  expect(await readPrompt({ promptFile })).toBe('the \uFEFFcat\n');
  await writeFile(promptFile, '\uFEFF');
  await expect(readPrompt({ promptFile })).rejects.toMatchObject({ code: 'run.empty' });
});
