import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectRefusal } from './expect-refusal.js';
import { runGeodesic, startGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';
import { tinyModelFolder } from './tiny-model-folder.js';

/** A text in the small letters that the tiny tokenizer knows. */
const TEXT = Array.from({ length: 400 }, (_, i) => `the ship and the sea went on, ${i} days.`).join(' ');

/** A spec for the tiny model; YAML takes JSON too, which the paths in it need. */
async function specFile(changes: (yaml: string) => string = (yaml) => yaml): Promise<string> {
  const folder = await temporaryFolder();
  const yaml = `name: tiny
models: [${JSON.stringify(await tinyModelFolder())}]
texts: [{ file: text.txt }]
split: all
passages: 2
lengths: [24, 48]
layers: [0]
merges:
  - { keepStart: 0, keepEnd: 4, label: slerp }
baselines: [drop]
bootstrap: { samples: 20 }
tasks:
  nextToken: { suffix: 4 }
  trace: {}
`;
  await writeFile(join(folder, 'text.txt'), TEXT);
  await writeFile(join(folder, 'spec.yaml'), changes(yaml));
  return join(folder, 'spec.yaml');
}

const CELLS = 2 * (3 + 2);

async function keysIn(out: string): Promise<string[]> {
  const lines = (await readFile(join(out, 'results.jsonl'), 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line).cell.key as string);
}

describe('geodesic experiment', () => {
  it('runs a spec and writes its report', async () => {
    const out = join(await temporaryFolder(), 'out');
    const { exitCode, stdout, stderr } = await runGeodesic([
      'experiment',
      'run',
      await specFile(),
      '--out',
      out,
    ]);
    expect(stdout).toBe(`${CELLS} cells computed: ${join(out, 'report.html')}\n`);
    expect(stderr).toMatch(/^1 of 10, about \d+ s left: nextToken, 24 tokens, slerp after layer 0$/m);
    expect(exitCode).toBe(0);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('drop the first of each pair');
    const again = await runGeodesic(['experiment', 'report', out]);
    expect(again.stdout).toBe(`${join(out, 'report.html')}\n`);
  });

  it('goes on behind a kill, with no cell lost or done twice', async () => {
    const out = join(await temporaryFolder(), 'out');
    const args = ['experiment', 'run', await specFile(), '--out', out];
    const { child, finished } = startGeodesic(args);
    let seen = '';
    child.stderr.on('data', (chunk) => {
      seen += chunk;
      if (/^[4-9] of/m.test(seen)) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    await finished;
    const before = await keysIn(out);
    expect(before.length).toBeGreaterThanOrEqual(4);
    expect(before.length).toBeLessThan(CELLS);
    const { exitCode, stdout } = await runGeodesic(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `${CELLS - before.length} cells computed (${before.length} were finished before)`,
    );
    const after = await keysIn(out);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after).size).toBe(CELLS);
    expect(after).toHaveLength(CELLS);
  });

  it('lists the shipped specs', async () => {
    const { stdout, exitCode } = await runGeodesic(['experiment', 'list']);
    expect(exitCode).toBe(0);
    for (const name of [
      'article-accuracy',
      'article-speed',
      'equal-memory',
      'positions',
      'quick',
      'retrieval',
      'verbosity',
    ]) {
      expect(stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
    }
  });

  it.each<[string, (yaml: string) => string, RegExp]>([
    ['an unknown key', (yaml) => `${yaml}colour: red\n`, /spec\.yaml:15: .*'colour'/],
    ['an impossible layer', (yaml) => yaml.replace('[0]', '[7]'), /spec\.yaml:7: layer 7 .*0 to/],
    ['a missing text', (yaml) => yaml.replace('text.txt', 'none.txt'), /spec\.yaml:3: .*none\.txt/],
  ])('refuses %s with its line, before anything runs', async (_, changes, cause) => {
    const out = join(await temporaryFolder(), 'out');
    await expectRefusal(['experiment', 'run', await specFile(changes), '--out', out], [cause]);
    await expect(readFile(join(out, 'results.jsonl'))).rejects.toThrow();
  });

  it('refuses a spec that is not there', async () => {
    await expectRefusal(['experiment', 'run', 'no-such-spec'], [/no-such-spec/, /geodesic experiment list/]);
  });
});
