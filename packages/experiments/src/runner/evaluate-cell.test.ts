import { expect, it, vi } from 'vitest';
import type { Cell } from '../grid/cell.js';
import { type Evaluation, evaluateCell } from './evaluate-cell.js';

const samples = vi.hoisted(() => ({ kl: [1, 3], perplexity: [700, 720] }));
vi.mock('../tasks/run-task.js', () => ({ runTask: async () => ({ samples }) }));

const evaluation = {
  model: { device: { name: 'cpu' } },
  spec: 'abc',
  seed: 0,
  bootstrap: { samples: 20, confidence: 0.9 },
  now: () => 0,
} as unknown as Evaluation;
const cell = { key: 'the cell' } as Cell;

it('leaves a figure out that overflows, and names it', async () => {
  // exp(710) is more than a number holds.
  const { metrics, overflowed } = await evaluateCell(cell, evaluation);
  expect(metrics).toMatchObject({ kl: { value: 2, count: 2 } });
  expect(metrics).not.toHaveProperty('perplexity');
  expect(overflowed).toEqual(['perplexity']);
});

it('leaves a figure out whose interval overflows', async () => {
  samples.perplexity = [500, 900];
  const { overflowed } = await evaluateCell(cell, evaluation);
  expect(overflowed).toEqual(['perplexity']);
});

it('refuses what is not a number', async () => {
  samples.kl[1] = Number.NaN;
  await expect(evaluateCell(cell, evaluation)).rejects.toMatchObject({
    code: 'experiment.figure',
    message: expect.stringMatching(/^kl is not a number in the cell the cell/),
  });
});
