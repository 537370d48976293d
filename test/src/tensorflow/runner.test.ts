import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel, Session } from '@geodesic/runtime';
import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { relativeDifference, sameBits } from '../difference.js';
import { merges } from '../properties/merge-options.js';
import { PLAIN_LLAMA, randomLlama, tokens, withLlama, withSession } from '../properties/random-llama.js';
import { describeNode, heldByTensorFlow } from './describe-node.js';
import { nodeByNode } from './node-by-node.js';

/** Of the largest logit; sums in another order. The largest difference seen is 3.3e-6. */
const TOLERANCE = 2e-5;

const ROW = [1, 2, 3, 4, 5, 6, 7, 8];
const LONG = { ...PLAIN_LLAMA, config: { ...PLAIN_LLAMA.config, maxPositionEmbeddings: 1024 } };

/** Logits of a prefill and of steps of one or more tokens behind it. */
async function logitsOf(session: Session, row: readonly number[], steps: readonly (readonly number[])[]) {
  const logits = [(await session.prefill([row])).logits.data];
  for (const step of steps) logits.push((await session.decode([step])).logits.data);
  return logits;
}

await describeNode('graphs in TensorFlow', (backend) => {
  it('give what the same ops give one by one, merged or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomLlama,
        fc.option(merges, { nil: [] }),
        tokens(1, 20),
        fc.array(tokens(1, 4), { minLength: 1, maxLength: 3 }),
        (random, merge, row, steps) =>
          withLlama(random, backend.device, async (model) => {
            const run = (side: LanguageModel) =>
              withSession(side, { merge, logits: 'all' }, (session) => logitsOf(session, row, steps));
            const [graph, eager] = [await run(model), await run(nodeByNode(model))];
            for (const [step, logits] of graph.entries()) {
              expect(relativeDifference(logits, eager[step] as Float32Array)).toBeLessThanOrEqual(TOLERANCE);
            }
          }),
      ),
      { numRuns: 15 },
    );
  });

  it('leak nothing over 200 steps, within TensorFlow or without, and leave no file', () =>
    withLlama(LONG, backend.device, async (model) => {
      const folder = await mkdtemp(join(tmpdir(), 'geodesic-runner-'));
      vi.stubEnv('TMPDIR', folder);
      const before = heldByTensorFlow(backend.device);
      await withSession(model, {}, async (session) => {
        await session.prefill([ROW]);
        await session.decode([[9]]);
        const held = heldByTensorFlow(backend.device);
        const { numTensors } = backend.device.tf.memory();
        for (let step = 0; step < 200; step++) await session.decode([[step % 50]]);
        expect(heldByTensorFlow(backend.device)).toEqual(held);
        expect(backend.device.tf.memory().numTensors).toBe(numTensors);
      });
      const after = heldByTensorFlow(backend.device);
      expect(after.graphs).toBe(before.graphs);
      // Weights come to TensorFlow when they are first used, and stay.
      expect(after.tensors - before.tensors).toBeLessThanOrEqual(model.parameters.size);
      vi.unstubAllEnvs();
      expect(await readdir(folder)).toEqual([]);
      await rm(folder, { recursive: true });
    }));

  it.each([301, 500, 900])('attend block by block over prompts of %i tokens as all at once', (length) =>
    withLlama(LONG, backend.device, async (model) => {
      const prompt = Array.from({ length }, (_, i) => (i * 7) % 50);
      const run = (side: LanguageModel) =>
        withSession(side, {}, (session) => logitsOf(session, prompt, [[9]]));
      const [graph, eager] = [await run(model), await run(nodeByNode(model))];
      for (const [step, logits] of graph.entries()) {
        expect(relativeDifference(logits, eager[step] as Float32Array)).toBeLessThanOrEqual(TOLERANCE);
      }
    }),
  );

  it('decode past the room of their first buffers as one by one', () =>
    withLlama(LONG, backend.device, async (model) => {
      const steps = Array.from({ length: 140 }, (_, i) => [(i * 7) % 50]);
      const run = (side: LanguageModel) => withSession(side, {}, (session) => logitsOf(session, ROW, steps));
      const [graph, eager] = [await run(model), await run(nodeByNode(model))];
      expect(relativeDifference(graph.at(-1) ?? [], eager.at(-1) ?? [])).toBeLessThanOrEqual(TOLERANCE);
    }));

  it('an abort behind a step leaves caches that the next step can follow', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const expected = await withSession(model, {}, (session) => logitsOf(session, ROW, [[9], [3]]));
      let abort = new AbortController();
      const patch = {
        'layers.3.output': ({ data }: { data: Float32Array }) => {
          if (abort.signal.aborted === false && isStep) abort.abort();
          return data;
        },
      };
      let isStep = false;
      await withSession(model, { patch }, async (session) => {
        await session.prefill([ROW]);
        isStep = true;
        // The aborted step has written behind the caches, to memory that the next one must not take for its own.
        await expect(session.decode([[30]], { signal: abort.signal })).rejects.toMatchObject({
          code: 'run.aborted',
        });
        isStep = false;
        abort = new AbortController();
        const steps = [await session.decode([[9]]), await session.decode([[3]])];
        for (const [i, step] of steps.entries()) {
          expect(sameBits(step.logits.data, expected[i + 1] ?? [])).toBe(true);
        }
      });
    }));
});
