import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The TypeScript blocks of a page, in order. */
function codeBlocks(page: string): string[] {
  const text = readFileSync(`${root}${page}`, 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] as string);
}

describe.each(['README.md', 'docs/guide.md'])('%s', (page) => {
  const blocks = codeBlocks(page);

  it('has code', () => expect(blocks.length).toBeGreaterThan(0));

  it.each(blocks.map((code, index) => ({ index, code })))(
    'runs block $index',
    ({ code }) => {
      const { code: script } = transformSync(code, { loader: 'ts', format: 'esm' });
      const result = spawnSync(process.execPath, ['--input-type=module'], {
        cwd: `${root}test`,
        input: script,
        encoding: 'utf8',
        env: { ...process.env, GEODESIC_MODEL_SOURCE: 'wheel' },
      });
      expect(result.stderr.replace(/^downloading .*$/gm, '').trim()).toBe('');
      expect(result.status).toBe(0);
      expect(result.stdout.trim()).not.toBe('');
    },
    300_000,
  );
});
