import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';

const model = join(GOLDENS, 'tiny-llama');
const merge = ['--merge-after', '1', '--keep-start', '2', '--keep-end', '3'];

describe('geodesic emit', () => {
  it('writes the module into a new folder, and never over another', async () => {
    const out = join(await temporaryFolder(), 'ahead', 'of-time');
    const args = ['emit', '--model', model, ...merge, '--out', out];
    expect(await runGeodesic(args)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const golden = await readFile(join(GOLDENS, 'emitted/tiny-llama.ts'), 'utf8');
    expect(await readFile(join(out, 'model.ts'), 'utf8')).toBe(golden);
    await writeFile(join(out, 'model.ts'), 'mine');
    const again = await runGeodesic(args);
    expect(again).toMatchObject({ exitCode: 1, stdout: '' });
    expect(again.stderr).toBe(
      `error: can't write ${join(out, 'model.ts')}: it is there already, and is left as it is; choose another name\n`,
    );
    expect(await readFile(join(out, 'model.ts'), 'utf8')).toBe('mine');
  });

  it.each([
    ['--merge-ratio', '0.5', 'ratio 0.5'],
    ['--merge-threshold', '0.5', 'threshold 0.5'],
    ['--merge-stream', 'kv', "stream 'kv'"],
    ['--merge-protect', 'surprising', "protect 'surprising'"],
  ])('refuses %s %s in one line, and writes nothing', async (option, value, named) => {
    const folder = await temporaryFolder();
    const args = ['emit', '--model', model, ...merge, option, value, '--out', join(folder, 'out')];
    const { exitCode, stdout, stderr } = await runGeodesic(args);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(`a merge with ${named} can't be compiled ahead of time`);
    expect(await readdir(folder)).toEqual([]);
  });

  it('needs a folder that can be made', async () => {
    expect((await runGeodesic(['emit', '--model', model])).stderr).toContain(
      "required option '--out <folder>'",
    );
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const { exitCode, stderr } = await runGeodesic(['emit', '--model', model, '--out', join(file, 'x')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`can't write ${join(file, 'x')}: `);
  });

  it('says in its help that it protects nothing by itself', async () => {
    const stdout = (await runGeodesic(['emit', '--help'])).stdout.replace(/\s+/g, ' ');
    expect(stdout).toContain('which tokens are never merged is an argument of its prefill');
  });
});
