import type { RunProgress } from '@geodesic/experiments';
import { expect, it } from 'vitest';
import { progressLine } from './run-display.js';

const progress: RunProgress = {
  done: 3,
  total: 40,
  secondsLeft: 100,
  cell: {
    key: 'k',
    model: 'm',
    text: 'sotu',
    length: 224,
    task: { kind: 'recall', items: 4 },
    variant: { label: 'slerp', layer: 8 },
  },
};

it.each([
  [undefined, '3 of 40: recall, 224 tokens, slerp after layer 8'],
  [0.2, '3 of 40, about 1 s left: recall, 224 tokens, slerp after layer 8'],
  [100, '3 of 40, about 2 min left: recall, 224 tokens, slerp after layer 8'],
  [9000, '3 of 40, about 2.5 h left: recall, 224 tokens, slerp after layer 8'],
])('says how far a run is with %s seconds left', (secondsLeft, line) => {
  expect(progressLine({ ...progress, secondsLeft })).toBe(line);
});

it('says what a label has of control characters, and does not do it', () => {
  const cell = { ...progress.cell, variant: { label: 'a\u001b[2J\u009bb\nc\td' } };
  expect(progressLine({ ...progress, cell })).toMatch(/tokens, a\\u001b\[2J\\u009bb\\u000ac\\u0009d$/);
});

it('knows no layer of the base', () => {
  const cell = { ...progress.cell, variant: { label: 'base' } };
  expect(progressLine({ ...progress, cell })).toMatch(/tokens, base$/);
});
