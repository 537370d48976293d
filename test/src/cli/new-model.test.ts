import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GOLDENS } from '../read-golden.js';
import { runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';

const config = join(GOLDENS, 'tiny-llama/config.json');

describe('geodesic new model', () => {
  it('prints the module', async () => {
    const { exitCode, stdout, stderr } = await runGeodesic(['new', 'model', '--from', config]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain("export const llama = defineModel<void>('llama', () =>");
    expect(stdout).toContain('const KV_HEADS = 2; // num_key_value_heads');
    expect(stdout).toContain('//   initializer_range: ');
  });

  it('writes a new file, and never over another', async () => {
    const out = join(await temporaryFolder(), 'llama.ts');
    const args = ['new', 'model', '--from', config, '--out', out];
    expect(await runGeodesic(args)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const printed = await runGeodesic(args.slice(0, -2));
    expect(await readFile(out, 'utf8')).toBe(printed.stdout);
    await writeFile(out, 'mine');
    const again = await runGeodesic(args);
    expect(again).toMatchObject({ exitCode: 1, stdout: '' });
    expect(again.stderr).toContain(`can't write ${out}: it is there already`);
    expect(await readFile(out, 'utf8')).toBe('mine');
  });

  it.each([
    ['no file', undefined, "can't read"],
    ['no JSON', '{ "model_type": ', 'config.json is damaged: '],
    ['no object', '[1]', 'config.json is no config: it holds no JSON object'],
    ['no architecture', '{}', "field 'model_type': a string is needed"],
    ['an unknown one', '{ "model_type": "mamba" }', "architecture 'mamba' is not supported"],
    ['a missing field', '{ "model_type": "gpt2", "n_layer": 2, "vocab_size": "many" }', "field 'vocab_size'"],
  ])('refuses %s by name', async (_, text, message) => {
    const from = join(await temporaryFolder(), 'config.json');
    if (text !== undefined) await writeFile(from, text);
    const { exitCode, stdout, stderr } = await runGeodesic(['new', 'model', '--from', from]);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(message);
  });
});
