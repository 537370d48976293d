import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../source-tools/scratch-folder.js';
import { runGeodesic, startGeodesic } from './run-geodesic.js';

const FIXTURES = join(import.meta.dirname, '../source-tools/fixtures');
const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** A fixture with what it imports, to be rewritten. */
async function copyOf(name: string): Promise<string> {
  for (const folder of ['merged', 'refused', 'parts'])
    await mkdir(join(scratch.path, folder), { recursive: true });
  await copyFile(join(FIXTURES, 'parts/tiny.ts'), join(scratch.path, 'parts/tiny.ts'));
  await copyFile(join(FIXTURES, name), join(scratch.path, name));
  return name;
}

describe('geodesic apply-merge', () => {
  it('shows the difference, writes it when told to, and then has nothing to do', async () => {
    const cwd = scratch.path;
    const file = await copyOf('merged/no-options.ts');
    const before = await readFile(join(cwd, file), 'utf8');
    const args = ['apply-merge', file, '--after', '1', '--interpolation', 'mean', '--merge-ratio', '0.5'];
    const call =
      "model.session({ merge: { afterLayer: 1, interpolation: 'mean', ratio: 0.5 } }); // as it is";
    const shown = await runGeodesic(args, { cwd });
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = shown.stdout.split('\n');
    expect(lines.filter((line) => /^[-+]/.test(line))).toEqual([
      '--- merged/no-options.ts\tas it is',
      '+++ merged/no-options.ts\tmerged',
      '-const session = model.session(); // as it is',
      `+const session = ${call}`,
    ]);
    expect(await readFile(join(cwd, file), 'utf8')).toBe(before);
    expect(await runGeodesic([...args, '--write'], { cwd })).toEqual(shown);
    const after = before.replace('model.session(); // as it is', call);
    expect(await readFile(join(cwd, file), 'utf8')).toBe(after);
    expect(await runGeodesic([...args, '--write'], { cwd })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `nothing to change: ${file} merges like this already\n`,
    });
    expect(await readFile(join(cwd, file), 'utf8')).toBe(after);
  }, 120_000);

  it('writes the file also where nobody reads the difference', async () => {
    const cwd = scratch.path;
    const file = await copyOf('merged/no-options.ts');
    const before = await readFile(join(cwd, file), 'utf8');
    const { child, finished } = startGeodesic(['apply-merge', file, '--after', '1', '--write'], { cwd });
    child.stdout.destroy();
    expect(await finished).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readFile(join(cwd, file), 'utf8')).toBe(
      before.replace(
        'model.session(); // as it is',
        'model.session({ merge: { afterLayer: 1 } }); // as it is',
      ),
    );
  }, 120_000);

  it('refuses in one line, and writes nothing', async () => {
    const cwd = scratch.path;
    const file = await copyOf('refused/condition.ts');
    const before = await readFile(join(cwd, file), 'utf8');
    const { exitCode, stdout, stderr } = await runGeodesic(['apply-merge', file, '--after', '1', '--write'], {
      cwd,
    });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`error: ${join(cwd, file)}:4:38: not rewritten: what it is depends on a condition\n`);
    expect(await readFile(join(cwd, file), 'utf8')).toBe(before);
  }, 120_000);

  it('needs a layer, and options that go together', async () => {
    expect((await runGeodesic(['apply-merge', 'a.ts'])).stderr).toContain(
      "required option '--after <layer>'",
    );
    const args = [
      'apply-merge',
      'a.ts',
      '--after',
      '1',
      '--interpolation',
      'reference',
      '--merge-ratio',
      '0.5',
    ];
    expect((await runGeodesic(args)).stderr).toContain(
      "--merge-ratio can't go with --interpolation reference",
    );
  });
});
