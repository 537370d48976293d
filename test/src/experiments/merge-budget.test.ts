import { Corpus, pickMerge } from '@geodesic/experiments';
import { klDivergence, type LanguageModel, type SessionOptions } from '@geodesic/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tinyModel } from './tiny-source.js';

const LENGTH = 160;
const SUFFIX = 16;
const calibration = { length: LENGTH, passages: 1 };

let model: LanguageModel;
let passage: readonly number[];

beforeAll(async () => {
  model = await tinyModel();
  const corpus = await Corpus.read('sotu', 'train');
  [passage = []] = corpus.passages(model.tokenizer!, 1, LENGTH + SUFFIX, 0);
});
afterAll(() => model.dispose());

/** Logits of a prompt's last token and of each that follows, one step at a time, and the caches behind the prompt. */
async function run(options: SessionOptions): Promise<{ logits: Float32Array[]; kvBytes: number }> {
  const session = model.session(options);
  const logits = [(await session.prefill([passage.slice(0, LENGTH)])).logits.data as Float32Array];
  const kvBytes = session.kvCacheBytes;
  for (const id of passage.slice(LENGTH, -1)) {
    logits.push((await session.decode([[id]])).logits.data as Float32Array);
  }
  session.dispose();
  return { logits, kvBytes };
}

it('of KV bytes is kept, by the merge that diverges least', async () => {
  const picked = await pickMerge(model, { kv: 0.8 }, calibration);
  const [base, merged] = [await run({}), await run({ merge: picked.merge })];
  expect(merged.kvBytes / base.kvBytes).toBeLessThanOrEqual(0.8);
  expect(picked.kv).toBeCloseTo(merged.kvBytes / base.kvBytes, 9);
  const divergences = base.logits.map((logits, i) => klDivergence(logits, merged.logits[i]!));
  const mean = divergences.reduce((sum, kl) => sum + kl, 0) / divergences.length;
  // Steps of one token and of all together differ by the rounding of float32.
  expect(picked.kl).toBeCloseTo(mean, 5);
  expect(picked.kl).toBeGreaterThan(1e-4);
  // What saves more diverges no less: it was measured too, or is a merge of the same layer that merges more.
  const stricter = await pickMerge(model, { kv: 0.7 }, calibration);
  expect(stricter.kv).toBeLessThanOrEqual(0.7);
  expect(stricter.kl).toBeGreaterThanOrEqual(picked.kl);
});

it('of divergence takes the merge that saves most within it, and keeps options that are given', async () => {
  const seen: number[] = [];
  const merge = { positions: 'first', keepStart: 8 } as const;
  const onCandidate = ({ speed }: { readonly speed: number }) => seen.push(speed);
  const anything = await pickMerge(model, { kl: 100 }, { ...calibration, merge, onCandidate });
  expect(anything.merge).toMatchObject({ ...merge, afterLayer: 0, ratio: 1, keepEnd: 16 });
  expect(seen).toEqual([anything.speed]);
  const bounded = await pickMerge(model, { kl: anything.kl / 2 }, { ...calibration, merge, onCandidate });
  expect(bounded.kl).toBeLessThanOrEqual(anything.kl / 2);
  expect(bounded.speed).toBeLessThan(anything.speed);
  const tried = seen.slice(1);
  expect(tried).toEqual([...tried].sort((a, b) => b - a));
});

it('that nothing keeps is refused with what comes nearest', async () => {
  const refused = (message: RegExp) => ({ code: 'merge.budget', message: expect.stringMatching(message) });
  await expect(pickMerge(model, { speed: 5 }, calibration)).rejects.toMatchObject(
    refused(/the most that one merge saves here is a speed of 1\.\d\d and a KV share of 0\.\d\d/),
  );
  await expect(pickMerge(model, { kl: 1e-9, kv: 0.7 }, calibration)).rejects.toMatchObject(
    refused(/the least KL of those that save enough is 0\.\d+, after layer \d/),
  );
});
