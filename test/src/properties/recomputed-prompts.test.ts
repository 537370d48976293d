import { cpuBackend } from '@geodesic/backend-cpu';
import { expect, it } from 'vitest';
import { PLAIN_LLAMA, withLlama, withSession } from './random-llama.js';

/** Beyond 16 tokens every further one changes all frequencies. */
const ropeScaling = { type: 'dynamic' as const, factor: 2, originalMaxPositionEmbeddings: 16 };
const ROW = Array.from({ length: 30 }, (_, i) => (i * 11) % 50);

it('steps that compute prompts anew tell what these were merged to, as the slots are', async () => {
  const random = { ...PLAIN_LLAMA, config: { ...PLAIN_LLAMA.config, ropeScaling } };
  const merge = { afterLayer: 1, keepStart: 1, keepEnd: 1, minLength: 4, ratio: 0.5 };
  await withLlama(random, await cpuBackend.open(), async (model) =>
    withSession(model, { merge }, async (session) => {
      let { merges } = await session.prefill([ROW.slice(0, 15)]);
      const inherited = merges;
      for (const [i, id] of ROW.slice(15).entries()) {
        const step = await session.decode([[id]]);
        const isAnew = 15 + i + 1 > 16;
        expect(step.merges).toEqual([]);
        expect(step.recomputedMerges).toHaveLength(isAnew ? 1 : 0);
        if (isAnew) merges = step.recomputedMerges;
        expect(session.slots).toEqual([(merges[0]?.rows[0]?.length ?? 0) + i + 1]);
      }
      // Otherwise nothing here could tell that other tokens were chosen.
      expect(merges).not.toEqual(inherited);
    }),
  );
});
