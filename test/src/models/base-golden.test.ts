import { describe, expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import { readGolden, tensorOf } from '../read-golden.js';
import type { BaseManifest } from './base-golden.js';
import { loadTinyModel, TINY_MODELS } from './tiny-models.js';

/**
 * Difference from Hugging Face transformers as a share of the largest magnitude. The goldens are within 6e-6 of float64,
 * and every backend stays below 3e-6.
 */
const TOLERANCE = 2e-5;

await describeBackends('unmerged tiny models equal transformers', (backend) => {
  describe.each(TINY_MODELS)('%s', (name) => {
    it('logits at all positions, and hidden states of every layer', async () => {
      const golden = await readGolden<BaseManifest>(`${name}/base`);
      const model = await loadTinyModel(name, backend.device);
      const layers = Array.from({ length: model.config.numHiddenLayers }, (_, i) => `layers.${i}.output`);
      const names = ['embed.output', ...layers];
      const session = model.session({ logits: 'all', capture: names });
      try {
        for (const { name: title, length, logits, hidden } of golden.manifest.cases) {
          const step = await session.prefill([golden.manifest.tokens.slice(0, length)]);
          const expected = tensorOf(golden, logits);
          expect(step.logits.shape, title).toEqual([1, ...expected.shape]);
          const difference = relativeDifference(step.logits.data, expected.data);
          expect(difference, title).toBeLessThanOrEqual(TOLERANCE);
          if (hidden === undefined) continue;
          const states = tensorOf(golden, hidden);
          const size = states.data.length / names.length;
          for (const [i, layer] of names.entries()) {
            const layerStates = states.data.subarray(i * size, (i + 1) * size);
            const actual = step.captured.get(layer)?.data ?? [];
            expect(relativeDifference(actual, layerStates), layer).toBeLessThanOrEqual(TOLERANCE);
          }
        }
        expect(golden.manifest.cases.some(({ hidden }) => hidden !== undefined)).toBe(true);
      } finally {
        session.dispose();
        model.dispose();
      }
    });
  });
});
