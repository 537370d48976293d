import { expect, it } from 'vitest';
import { fileNames } from './file-names.js';

it('keeps letters and digits of any script, and dots', () => {
  expect(fileNames(['kl-layer-model /a b/c.gguf', 'kl-layer-text письма', 'kl-x-'])).toEqual([
    'kl-layer-model-a-b-c.gguf',
    'kl-layer-text-письма',
    'kl-x',
  ]);
});

it('numbers names that are the same, or are where capitals make no difference', () => {
  expect(fileNames(['a/b', 'a-b', 'a b 2', 'A b'])).toEqual(['a-b', 'a-b-2', 'a-b-2-2', 'A-b-3']);
});

it.each(['a', 'ж', '語', '𠀀'])('cuts long names between characters: %s', (letter) => {
  const [first, second] = fileNames([`${letter.repeat(300)}1`, `${letter.repeat(300)}2`]) as [string, string];
  expect(Buffer.byteLength(first)).toBeLessThanOrEqual(200);
  expect(first).toMatch(new RegExp(`^(${letter})+$`, 'u'));
  expect(second).toBe(`${first}-2`);
});
