import { expect, it } from 'vitest';
import { specSchema } from '../spec/spec-schema.js';
import { reportPage } from './report-page.js';

it.each([
  [0.57, '57 %'],
  [0.95, '95 %'],
  [0.999, '99.9 %'],
])('says that intervals hold a share of %s without digits that nobody gave', (confidence, text) => {
  const spec = specSchema.parse({
    name: 's',
    models: ['m'],
    lengths: [64],
    tasks: { nextToken: {} },
    bootstrap: { confidence },
  });
  const facts = { hash: 'h', spec, cells: 1, machine: 'm' };
  const page = reportPage({
    facts,
    finished: 1,
    backends: [],
    tables: [],
    differences: [],
    figures: [],
    traces: [],
  });
  expect(page).toContain(`In brackets: ${text} intervals`);
});
