import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The blocks of one language of a page, in order. */
function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(`${root}${page}`, 'utf8');
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fenced)].map((match) => match[1] as string);
}

/** Runs TypeScript as users do, with packages as they are built, and gives what it prints. */
function run(typescript: string): string {
  const { code } = transformSync(typescript, { loader: 'ts', format: 'esm' });
  const result = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: `${root}test`,
    input: code,
    encoding: 'utf8',
    env: { ...process.env, GEODESIC_MODEL_SOURCE: 'wheel' },
  });
  expect(result.stderr.replace(/^downloading .*$/gm, '').trim()).toBe('');
  expect(result.status).toBe(0);
  return result.stdout;
}

describe.each(['README.md', 'docs/guide.md'])('%s', (page) => {
  const blocks = blocksOf(page, 'ts');

  it('has code', () => expect(blocks.length).toBeGreaterThan(0));

  it.each(blocks.map((code, index) => ({ index, code })))(
    'runs block $index',
    ({ code }) => expect(run(code).trim()).not.toBe(''),
    300_000,
  );
});

describe.each(['docs/guide/new-architecture.md'])('%s', (page) => {
  it('is one script, which prints what the page shows', () => {
    expect(run(blocksOf(page, 'ts').join('\n'))).toBe(blocksOf(page, 'text').join(''));
  });
});
