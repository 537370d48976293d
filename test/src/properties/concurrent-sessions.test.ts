import { type Device, nextTurn, type Patch } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import type { LanguageModel, SessionOptions } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { LAYERS, PLAIN_LLAMA, VOCABULARY, withLlama, withSession } from './random-llama.js';

const STEPS = 12;
const ROW = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const MERGE = { afterLayer: 1, keepStart: 1, keepEnd: 2 };

/** Lets whoever else runs go on behind each layer, and changes nothing. */
const yielding: Patch = async ({ data }) => {
  await nextTurn();
  return data;
};
const patch = Object.fromEntries(
  Array.from({ length: LAYERS }, (_, layer) => [`layers.${layer}.output`, yielding]),
);

/** What one of several at a time does: logits of a prefill and of steps. */
async function logitsOf(
  model: LanguageModel,
  options: SessionOptions,
  row: readonly number[],
): Promise<Float32Array[]> {
  return withSession(model, options, async (session) => {
    const logits = [(await session.prefill([row])).logits.data as Float32Array];
    for (let step = 0; step < STEPS; step++) {
      const token = (row.length * 7 + step) % VOCABULARY;
      logits.push((await session.decode([[token]])).logits.data as Float32Array);
    }
    return logits;
  });
}

const JOBS: readonly (readonly [SessionOptions, readonly number[]])[] = [
  [{}, ROW],
  [{ merge: MERGE }, [...ROW].reverse()],
  [{ patch }, ROW.slice(2)],
  [{ merge: MERGE, patch }, [...ROW, ...ROW]],
];

type Job = () => Promise<Float32Array[]>;

function jobsOn(model: LanguageModel): Job[] {
  return JOBS.map(
    ([options, row]) =>
      () =>
        logitsOf(model, options, row),
  );
}

/** All at once must give, to the last bit, what each gives by itself. */
async function expectUndisturbed(jobs: readonly Job[]): Promise<void> {
  const alone: Float32Array[][] = [];
  for (const job of jobs) alone.push(await job());
  const together = await Promise.all(jobs.map((job) => job()));
  for (const [i, logits] of together.entries()) {
    expect(logits.every((row, step) => sameBits(row, alone[i]?.[step] ?? []))).toBe(true);
  }
}

await describeBackends('sessions at the same time', (backend) => {
  it('on one model give what each gives alone', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) => expectUndisturbed(jobsOn(model))));

  it('on two models give what each gives alone', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withLlama({ ...PLAIN_LLAMA, seed: 2 }, backend.device, (other) =>
        expectUndisturbed([...jobsOn(model), ...jobsOn(other)]),
      ),
    ));

  it('on two backends give what each gives alone', async () => {
    const other: Device = await cpuBackend.open();
    await withLlama(PLAIN_LLAMA, backend.device, (model) =>
      withLlama(PLAIN_LLAMA, other, (modelOnCpu) =>
        expectUndisturbed([...jobsOn(model), ...jobsOn(modelOnCpu)]),
      ),
    );
  });

  it('step by step in turns give what each gives alone', () =>
    withLlama(PLAIN_LLAMA, backend.device, async (model) => {
      const alone = [await logitsOf(model, {}, ROW), await logitsOf(model, { merge: MERGE }, ROW)];
      await withSession(model, {}, (plain) =>
        withSession(model, { merge: MERGE }, async (merged) => {
          const sessions = [plain, merged];
          for (const session of sessions) await session.prefill([ROW]);
          for (let step = 0; step < STEPS; step++) {
            const token = (ROW.length * 7 + step) % VOCABULARY;
            for (const [i, session] of sessions.entries()) {
              const { logits } = await session.decode([[token]]);
              expect(sameBits(logits.data, alone[i]?.[step + 1] ?? [])).toBe(true);
            }
          }
        }),
      );
    }));
});
