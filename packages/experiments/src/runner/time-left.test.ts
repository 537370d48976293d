import { expect, it } from 'vitest';
import type { Cell, Task } from '../grid/cell.js';
import { TimeLeft } from './time-left.js';

const cell = (task: Task, length: number): Cell => ({
  key: `${task.kind} ${length}`,
  model: 'm',
  text: 'sotu',
  length,
  task,
  variant: { label: 'base' },
});
const recall: Task = { kind: 'recall', items: 10 };

it('knows nothing before a cell is finished', () => {
  expect(new TimeLeft().estimate([cell(recall, 8)])).toBeUndefined();
});

it('weighs cells by their tokens, and kinds of tasks by their own pace', () => {
  const timeLeft = new TimeLeft();
  timeLeft.finished(cell(recall, 100), 5);
  expect(timeLeft.estimate([cell(recall, 100), cell(recall, 300)])).toBeCloseTo(20);
  const needle: Task = { kind: 'needle', of: 'codes', depth: 0, items: 10 };
  // A kind that was not timed goes by the pace of all.
  expect(timeLeft.estimate([cell(needle, 100)])).toBeCloseTo(5);
  timeLeft.finished(cell(needle, 100), 20);
  expect(timeLeft.estimate([cell(needle, 50), cell(recall, 100)])).toBeCloseTo(15);
  expect(timeLeft.estimate([])).toBe(0);
});
