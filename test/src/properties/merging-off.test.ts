import { type DeviceState, prepareGraph } from '@geodesic/backend';
import { compile, type HostArray, isCachedStream, type SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel, StepResult } from '@geodesic/runtime';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { merges } from './merge-options.js';
import { randomLlama, tokens, withLlama, withSession } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

/** What a run of one unpadded row is fed, written out by hand. */
function feedsOf(row: readonly number[]): Record<string, HostArray> {
  const shape = [1, row.length];
  return {
    'tokens.ids': { shape, data: Int32Array.from(row) },
    'tokens.positionIds': { shape, data: Float32Array.from(row.keys()) },
    'tokens.extents': { shape: [...shape, 2], data: Int32Array.from([...row.keys()].flatMap((i) => [i, i])) },
    'tokens.sizes': { shape, data: new Float32Array(row.length).fill(1) },
  };
}

/** All logits of the model as its definition says, compiled without any pass of ours. */
async function baseLogits(model: LanguageModel, row: readonly number[]): Promise<Float32Array> {
  const program = compile(model.definition, { logits: 'all' });
  const runner = prepareGraph(program.prefill, model.device, model.parameters);
  const { device, states } = await runner.run({ inputs: feedsOf(row), states: new Map() });
  const logits = (await (device.get('logits') as Tensor).data()) as Float32Array;
  for (const tensor of device.values()) tensor.dispose();
  for (const [name, state] of states) if (!isCachedStream(name)) (state as DeviceState).dispose();
  runner.dispose();
  return logits;
}

/** All logits of a prefill and of a decoding step behind it. */
function sessionLogits(
  model: LanguageModel,
  merge: readonly SlerpMergeOptions[],
  row: readonly number[],
  next: number,
): Promise<readonly StepResult[]> {
  return withSession(model, { merge, logits: 'all' }, async (session) => [
    await session.prefill([row]),
    await session.decode([[next]]),
  ]);
}

await describeBackends('merging off', (backend) => {
  it('a session without merges gives the logits of the compiled model, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(randomLlama, tokens(1, 20), (random, row) =>
        withLlama(random, backend.device, async (model) => {
          const [{ logits }] = (await sessionLogits(model, [], row, 0)) as [StepResult, StepResult];
          expect(sameBits(logits.data, await baseLogits(model, row))).toBe(true);
        }),
      ),
      { numRuns: RUN_COUNT[backend.name] },
    );
  });

  it.each([
    ['keepEnd covers the row', { keepEnd: 1000 }],
    ['keepStart covers the row', { keepStart: 1000 }],
    ['the row is shorter than minLength', { minLength: 1000 }],
  ])('merges that find nothing to merge, since %s, change no bit', async (_, nothing) => {
    await fc.assert(
      fc.asyncProperty(randomLlama, merges, tokens(1, 20), async (random, drawn, row) =>
        withLlama(random, backend.device, async (model) => {
          // Of a row that nothing merges, `compact` positions are the original ones too.
          const idle = drawn.map((merge) => ({ ...merge, ...nothing }));
          const base = await sessionLogits(model, [], row, 7);
          const merged = await sessionLogits(model, idle, row, 7);
          base.forEach(({ logits, targets }, step) => {
            expect(sameBits(logits.data, merged[step]?.logits.data ?? [])).toBe(true);
            expect(merged[step]?.targets).toEqual(targets);
          });
          expect(merged[0]?.merges.flatMap(({ rows }) => rows[0]).some((slot) => slot?.merged)).toBe(false);
        }),
      ),
      { numRuns: Math.ceil(RUN_COUNT[backend.name] / 2) },
    );
  });
});
