import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { runForJson, runGeodesic } from '../cli/run-geodesic.js';
import { GOLDENS } from '../read-golden.js';
import { scratchFolder } from '../source-tools/scratch-folder.js';
import { typeErrors } from '../source-tools/type-check.js';
import { blocksOf } from './pages.js';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

const [layer = '', layers = '', usage = ''] = blocksOf('docs/guide.md')
  .filter(({ language }) => language === 'typescript')
  .map(({ code }) => code);

interface Generated {
  readonly text: string;
  readonly promptTokens: number;
  readonly mergedTokens: number;
}

const fileOf = (name: string) => join(scratch.path, name);

describe('what the guide says of emitted modules', () => {
  it('is shown as it is emitted', () => {
    const golden = readFileSync(join(GOLDENS, 'emitted/tiny-llama.ts'), 'utf8');
    expect(layer).toContain('function layer(');
    expect(golden).toContain(layer);
    expect(layers).toContain('tokenMerge(');
    expect(golden).toContain(layers);
  });

  it('type-checks and runs with SmolLM2', async () => {
    const env = { GEODESIC_MODEL_SOURCE: 'wheel' };
    const args = ['emit', '--merge-after', '15', '--out', scratch.path];
    expect(await runGeodesic(args, { env })).toMatchObject({ exitCode: 0, stdout: '' });
    writeFileSync(fileOf('usage.ts'), usage);
    expect(typeErrors([fileOf('usage.ts')])).toBe('');
    writeFileSync(fileOf('package.json'), '{ "type": "module" }');
    for (const name of ['model', 'usage']) {
      const { code } = transformSync(readFileSync(fileOf(`${name}.ts`), 'utf8'), {
        loader: 'ts',
        format: 'esm',
      });
      writeFileSync(fileOf(`${name}.js`), code);
    }
    const { stdout, stderr, status } = spawnSync(process.execPath, [fileOf('usage.js')], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    expect([stderr, status]).toEqual(['', 0]);
    const prompt = 'The quick brown fox jumps over the lazy dog. '.repeat(6).trim();
    const generating = [
      'generate',
      '--prompt',
      prompt,
      '--merge-after',
      '15',
      '--max-new-tokens',
      '2',
      '--json',
    ];
    const { text, mergedTokens, promptTokens } = await runForJson<Generated>(generating, { env });
    expect(mergedTokens).toBeLessThan(promptTokens);
    expect(stdout).toBe(`${text}\n`);
  }, 300_000);
});
