import type { LanguageModel, SessionOptions } from '@geodesic/runtime';
import { expect, it, vi } from 'vitest';
import type { Variant } from '../grid/cell.js';
import { exactAnswerTask } from './exact-answers.js';
import { Group } from './group.js';
import type { CellOf, TaskContext } from './task-run.js';

const VOCABULARY = 10;

/** A session that predicts for each token the one after it, modulo 10, of 7 by half a nat; a merged one has forgotten what follows 5. */
function session({ merge }: SessionOptions) {
  const step = (ids: readonly number[]) => {
    const data = new Float32Array(ids.length * VOCABULARY);
    ids.forEach((id, i) => {
      const next = merge !== undefined && id === 5 ? 0 : (id + 1) % VOCABULARY;
      data[i * VOCABULARY + next] = id === 7 ? 0.5 : 1;
    });
    return { logits: { shape: [1, ids.length, VOCABULARY], data }, merges: [] };
  };
  return {
    prefill: async ([ids]: number[][]) => step(ids as number[]),
    decode: async ([ids]: number[][]) => step(ids as number[]),
    kvCacheBytes: 64,
    dispose: () => {},
  };
}

const model = { session: (options: SessionOptions) => session(options) } as unknown as LanguageModel;

/** The model has no graph to count. */
vi.mock('./prefill-cost.js', () => ({
  PrefillCost: class {
    flopsOf = () => 7;
  },
}));

const ITEMS = [
  // What is right behind the whole prompt is not behind the shorter one.
  { prompt: [1, 2], answer: [3, 4], shorterPrompt: [1] },
  { prompt: [1, 2, 3, 4], answer: [5, 6, 7, 8] },
  { prompt: [1], answer: [2, 4] },
  { prompt: [5], answer: [6] },
];

const BASE: Variant = { label: 'base' };
const MERGED: Variant = { label: 'merged', layer: 0, merge: { afterLayer: 0 } };

function run(variant: Variant, group: Group) {
  const cell = { length: 4, variant } as CellOf<'recall'>;
  return exactAnswerTask(
    cell,
    { model, group, alive: async () => {} } as unknown as TaskContext,
    () => ITEMS,
  );
}

it('is exact where every token of the answer is the likeliest', async () => {
  const { samples } = await run(BASE, new Group('g'));
  expect(samples).toMatchObject({
    exact: [1, 1, 0, 1],
    kept: [1, 1, null, 1],
    keptClear: [1, null, null, 1],
    tokensRight: [1, 1, 0.5, 1],
    kvBytes: [64, 64, 64, 64],
    flops: [7, 7, 7, 7],
  });
});

it('counts as kept what the base gets right', async () => {
  const { samples } = await run(MERGED, new Group('g'));
  expect(samples).toMatchObject({
    exact: [1, 0, 0, 0],
    kept: [1, 0, null, 0],
    keptClear: [1, null, null, 0],
    tokensRight: [1, 0.75, 0.5, 0],
  });
});

it('asks the model as it is behind a shorter prompt, and counts what it gets right behind the whole one', async () => {
  const { samples } = await run({ label: 'less', baseline: 'one-token-less' }, new Group('g'));
  expect(samples).toMatchObject({ exact: [0, 1, 0, 1], kept: [0, 1, null, 1] });
});

it('asks the base once for each item of a group that has room', async () => {
  const [roomy, full] = [new Group('g'), new Group('g', { mostBytes: 0 })];
  let asked = 0;
  const ask = (group: Group) =>
    group.base(
      0,
      async () => ++asked,
      () => 1,
    );
  expect([await ask(roomy), await ask(roomy)]).toEqual([1, 1]);
  expect([await ask(full), await ask(full)]).toEqual([2, 3]);
});
