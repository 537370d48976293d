import { join } from 'node:path';
import { LanguageModel, resolveSource } from '@geodesic/runtime';
import { readModelSource } from '@geodesic/weights/node';
import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { GOLDENS, readGolden, tensorOf } from '../read-golden.js';
import type { BaseManifest } from './base-golden.js';

/** As of the same checkpoints in safetensors, and what float32 makes of factors that were computed in float64. */
const TOLERANCE = 2e-5;

/** Rows are shorter and longer than LongRoPE's original context of 16 tokens. */
await describeBackends('GGUF files whose RoPE factors are tensors equal transformers', (backend) => {
  describe.each(['tiny-llama3', 'tiny-phi3-longrope'])('%s', (name) => {
    it('logits at all positions', async () => {
      const golden = await readGolden<BaseManifest>(`${name}/base`);
      const { tokens, cases } = golden.manifest;
      const source = await readModelSource(join(GOLDENS, 'gguf', `${name}.gguf`));
      const resolved = await resolveSource(source);
      const model = await LanguageModel.load(resolved, source.checkpoint, backend.device);
      await source.checkpoint.close();
      const session = model.session({ logits: 'all' });
      try {
        expect(Math.max(...cases.map(({ length }) => length))).toBeGreaterThan(16);
        for (const { name: title, length, logits } of cases) {
          const step = await session.prefill([tokens.slice(0, length)]);
          const expected = tensorOf(golden, logits);
          expect(step.logits.shape, title).toEqual([1, ...expected.shape]);
          expect(relativeDifference(step.logits.data, expected.data), title).toBeLessThanOrEqual(TOLERANCE);
        }
      } finally {
        session.dispose();
        model.dispose();
      }
    });
  });
});
