import { nextTurn, type Patch } from '@geodesic/backend';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { sameBits } from '../difference.js';
import { PLAIN_LLAMA, withLlama, withSession } from '../properties/random-llama.js';
import { gpuOf } from './gpu-of.js';

const ROW = [1, 2, 3, 4, 5, 6, 7, 8];
const REPORTED = { name: 'GeodesicError', code: 'backend.device-error' };

await describeBackends(
  'an invalid call on the GPU',
  (backend) => {
    /** What a defective kernel does: the GPU is asked for something invalid, and no one throws. */
    const invalid: Patch = ({ data }) => {
      gpuOf(backend.device).createBuffer({ size: 4, usage: 0 });
      return data;
    };

    it('fails its step, and no step before or behind it', () =>
      withLlama(PLAIN_LLAMA, backend.device, (model) =>
        withSession(model, {}, async (good) => {
          await good.prefill([ROW]);
          await withSession(model, { patch: { 'layers.3.output': invalid } }, async (bad) => {
            await expect(bad.prefill([ROW])).rejects.toMatchObject({
              ...REPORTED,
              message: expect.stringContaining('usages must not be 0'),
            });
            expect(bad.lengths).toEqual([]);
          });
          await good.decode([[9]]);
          expect(good.lengths).toEqual([ROW.length + 1]);
        }),
      ));

    it('fails those steps too that were running then', () =>
      withLlama(PLAIN_LLAMA, backend.device, (model) => {
        const slow: Patch = async ({ data }) => {
          for (let turn = 0; turn < 20; turn++) await nextTurn();
          return data;
        };
        return withSession(model, { patch: { 'layers.0.output': invalid } }, (bad) =>
          withSession(model, { patch: { 'layers.0.output': slow } }, async (other) => {
            const outcomes = await Promise.allSettled([bad.prefill([ROW]), other.prefill([ROW])]);
            for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: REPORTED });
            const again = await other.prefill([ROW]);
            const alone = await withSession(model, {}, (session) => session.prefill([ROW]));
            expect(sameBits(again.logits.data, alone.logits.data)).toBe(true);
          }),
        );
      }));

    it('in a step that fails for another reason is not blamed on the next', () =>
      withLlama(PLAIN_LLAMA, backend.device, (model) => {
        const abort = new AbortController();
        let isFirst = true;
        const abortedAndInvalid: Patch = (value) => {
          if (!isFirst) return value.data;
          isFirst = false;
          abort.abort();
          return invalid(value);
        };
        return withSession(model, { patch: { 'layers.0.output': abortedAndInvalid } }, async (session) => {
          const aborted = session.prefill([ROW], { signal: abort.signal });
          await expect(aborted).rejects.toMatchObject({ code: 'run.aborted' });
          await session.prefill([ROW]);
        });
      }));
  },
  { only: ['webgpu'] },
);
