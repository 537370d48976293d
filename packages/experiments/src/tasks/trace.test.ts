import { expect, it } from 'vitest';
import { characterTokenizer } from '../testing/character-tokenizer.js';
import { Corpus } from '../texts/corpus.js';
import { Group } from './group.js';
import type { CellOf, TaskContext } from './task-run.js';
import { traceTask } from './trace.js';

it('counts states without a cosine as unlike, since results hold no other numbers than finite ones', async () => {
  const rows = [[0.5, Number.NaN, Number.NEGATIVE_INFINITY].map((cosine) => ({ extent: [0, 1], cosine }))];
  const model = { session: () => ({ prefill: async () => ({ merges: [{ rows }] }), dispose: () => {} }) };
  const context = {
    model,
    tokenizer: characterTokenizer,
    corpus: new Corpus('test', [{ id: 'a', text: 'A text. And another.' }]),
    group: new Group('g'),
    seed: 0,
  } as unknown as TaskContext;
  const { trace } = await traceTask({ length: 4, variant: { label: 'merged' } } as CellOf<'trace'>, context);
  expect(trace?.slots.map(({ cosine }) => cosine)).toEqual([0.5, 0, 0]);
});
