import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { PLAIN_LLAMA, withLlama, withSession } from './random-llama.js';

const PROMPTS = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  [11, 12, 13],
];
const NEXT = [
  [21, 22, 23],
  [31, 32, 33],
];

await describeBackends("logits 'following'", (backend) => {
  it('are those of the last token of prompts, and of all tokens behind them, merged or not', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      for (const merge of [[], [{ afterLayer: 1, keepStart: 0, keepEnd: 2 }]]) {
        const run = (logits: 'last' | 'all' | 'following') =>
          withSession(model, { merge, logits }, async (session) => ({
            prompt: (await session.prefill(PROMPTS)).logits,
            next: (await session.decode(NEXT)).logits,
          }));
        const [last, all, following] = [await run('last'), await run('all'), await run('following')];
        expect(following.prompt.shape).toEqual(last.prompt.shape);
        expect(sameBits(following.prompt.data, last.prompt.data)).toBe(true);
        expect(following.next.shape).toEqual([2, 3, all.next.shape[2]]);
        expect(sameBits(following.next.data, all.next.data)).toBe(true);
      }
    }));
});
