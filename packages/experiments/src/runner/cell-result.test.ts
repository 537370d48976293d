import { expect, it } from 'vitest';
import { parseResult } from './cell-result.js';

const RESULT = {
  spec: 'abc',
  cell: {
    key: 'k',
    model: 'm',
    text: 'sotu',
    length: 8,
    task: { kind: 'needle', of: 'codes', depth: 0.5, items: 2 },
    variant: { label: 'base' },
  },
  metrics: { exact: { value: 0.5, low: 0, high: 1, count: 2 } },
  samples: { exact: [0, 1], kept: [null, 1] },
  seconds: 1,
  backend: 'cpu',
};

it('reads a result as it was written', () => {
  expect(parseResult(JSON.stringify(RESULT))).toEqual(RESULT);
});

it.each<[string, object]>([
  ['a figure that is none', { metrics: { exact: { ...RESULT.metrics.exact, value: null } } }],
  ['an estimate that is none', { metrics: { exact: null } }],
  ['no task', { cell: { ...RESULT.cell, task: undefined } }],
  ['an unknown task', { cell: { ...RESULT.cell, task: { kind: 'other' } } }],
  [
    'a task without what it is asked with',
    { cell: { ...RESULT.cell, task: { kind: 'needle', of: 'codes' } } },
  ],
  ['no variant', { cell: { ...RESULT.cell, variant: null } }],
  ['no cell', { cell: null }],
  ['a trace without slots', { trace: { tokens: ['a'] } }],
  ['no backend', { backend: undefined }],
])('takes no line with %s', (_, changes) => {
  expect(parseResult(JSON.stringify({ ...RESULT, ...changes }))).toBeUndefined();
});

it.each(['', 'null', '[]', '{"spec":', '1'])('takes no %j', (line) => {
  expect(parseResult(line)).toBeUndefined();
});
