import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('only src/node uses Node: the main entry must run in browsers', () => {
  const folder = new URL('.', import.meta.url);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  expect(sources.length).toBeGreaterThan(20);
  const offending = sources.filter((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return (
      /from '(node:|\.\/node\/|\.\/testing\/|@huggingface\/hub|yauzl)/.test(text) ||
      /\b(process|Buffer)\./.test(text)
    );
  });
  expect(offending).toEqual([]);
});
