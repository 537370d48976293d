import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { specSchema } from '../spec/spec-schema.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { refuseForeignFiles } from './foreign-files.js';
import { writeFacts } from './run-facts.js';

const spec = specSchema.parse({ name: 's', models: ['m'], lengths: [64], tasks: { nextToken: {} } });
const refusal = (name: string) => ({
  code: 'experiment.output',
  message: expect.stringContaining(`${name} would be written over`),
});

describe('an output folder', () => {
  it.each([
    ['results.jsonl', 'my own'],
    ['results.csv', 'a,b\n'],
    ['differences.csv', 'a,b\n'],
    ['report.html', ''],
    ['run.json', '{"scripts": {}}'],
    ['lock', ''],
    ['lock', 'yarn lockfile v1\n'],
  ])('with a %s of the user is refused', async (name, content) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, name), content);
    await expect(refuseForeignFiles(folder)).rejects.toMatchObject(refusal(name));
  });

  it('with pictures of the user is refused', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'plots'));
    await expect(refuseForeignFiles(folder)).rejects.toMatchObject(refusal('plots'));
  });

  it('of a run is taken, whatever it holds', async () => {
    const folder = await temporaryFolder();
    for (const name of ['results.jsonl', 'results.csv', 'report.html']) {
      await writeFile(join(folder, name), 'something');
    }
    await writeFacts(folder, { hash: 'abc', spec, cells: [] });
    await refuseForeignFiles(folder);
  });

  it('is taken where a run was killed before it had begun, and with other files', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), `${hostname()} 1\n`);
    await writeFile(join(folder, 'results.jsonl'), '');
    await writeFile(join(folder, 'notes.txt'), 'notes');
    await refuseForeignFiles(folder);
    await refuseForeignFiles(join(folder, 'new'));
  });
});
