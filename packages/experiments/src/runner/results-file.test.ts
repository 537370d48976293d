import { appendFile, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import type { CellResult } from './cell-result.js';
import { ResultsFile, readResults } from './results-file.js';

const result = (key: string, spec = 'abc'): CellResult => ({
  spec,
  cell: {
    key,
    model: 'm',
    text: 'sotu',
    length: 8,
    task: { kind: 'trace' },
    variant: { label: 'base — ünïcode' },
  },
  metrics: {},
  samples: {},
  seconds: 1,
  backend: 'cpu',
});

async function resultsPath(): Promise<string> {
  return join(await temporaryFolder(), 'results.jsonl');
}

async function writeCells(path: string, keys: readonly string[]): Promise<void> {
  const file = await ResultsFile.open(path, 'abc');
  for (const key of keys) await file.append(result(key));
  await file.close();
}

describe('results', () => {
  it('are gone on with, and each is there once', async () => {
    const path = await resultsPath();
    await writeCells(path, ['one', 'two']);
    const file = await ResultsFile.open(path, 'abc');
    expect([file.has('one'), file.has('two'), file.has('three')]).toEqual([true, true, false]);
    expect(await file.append(result('two'))).toBe(false);
    expect(await file.append(result('three'))).toBe(true);
    await file.close();
    expect((await readResults(path)).map(({ cell }) => cell.key)).toEqual(['one', 'two', 'three']);
  });

  it('lose half a line that a kill left, at whatever byte', async () => {
    const line = `${JSON.stringify(result('two'))}\n`;
    const bytes = Buffer.from(line);
    for (let cut = 1; cut < bytes.length; cut += 7) {
      const path = await resultsPath();
      await writeCells(path, ['one']);
      await appendFile(path, bytes.subarray(0, cut));
      expect((await readResults(path)).map(({ cell }) => cell.key)).toEqual(['one']);
      await writeCells(path, ['two']);
      expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(result('one'))}\n${line}`);
    }
  });

  it.each(['my own notes', '{"spic', '{"spec":1'])('are not cut where they are %j', async (text) => {
    const path = await resultsPath();
    await writeFile(path, text);
    await expect(ResultsFile.open(path, 'abc')).rejects.toMatchObject({ code: 'experiment.results' });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('lose half of their first line', async () => {
    const line = `${JSON.stringify(result('one'))}\n`;
    for (const cut of [1, 5, 9, 40, line.length - 1]) {
      const path = await resultsPath();
      await writeFile(path, line.slice(0, cut));
      await writeCells(path, ['one']);
      expect(await readFile(path, 'utf8')).toBe(line);
    }
  });

  it('of another spec are refused, and left as they are', async () => {
    const path = await resultsPath();
    await writeCells(path, ['one']);
    await appendFile(path, '{"half');
    const before = await readFile(path);
    await expect(ResultsFile.open(path, 'other')).rejects.toMatchObject({ code: 'experiment.other-spec' });
    expect(await readFile(path)).toEqual(before);
  });

  it('that are damaged are refused with their line', async () => {
    const path = await resultsPath();
    await writeCells(path, ['one']);
    await appendFile(path, 'nonsense\n');
    await expect(readResults(path)).rejects.toMatchObject({
      code: 'experiment.results',
      message: expect.stringContaining(`${path}:2 is damaged`),
    });
  });

  it.runIf(process.platform === 'linux')('say so where the disk is full', async () => {
    const path = await resultsPath();
    await symlink('/dev/full', path);
    const file = await ResultsFile.open(path, 'abc');
    await expect(file.append(result('one'))).rejects.toMatchObject({
      code: 'experiment.output',
      message: expect.stringMatching(/ENOSPC.*finished cells are kept/),
    });
    expect(file.has('one')).toBe(false);
    await file.close();
  });

  it('say so where the folder is missing', async () => {
    const path = join(await temporaryFolder(), 'missing', 'results.jsonl');
    await expect(ResultsFile.open(path, 'abc')).rejects.toMatchObject({ code: 'experiment.output' });
  });
});
