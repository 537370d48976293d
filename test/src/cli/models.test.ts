import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures } from '@geodesic/models';
import type { ArchitectureList } from 'geodesic';
import { describe, expect, it } from 'vitest';
import { runForJson, runGeodesic } from './run-geodesic.js';

const ROOT = join(import.meta.dirname, '../../..');

describe('geodesic models', () => {
  it('lists every architecture, and says what becomes of all that they declare', async () => {
    const list = await runForJson<ArchitectureList>(['models', '--json']);
    expect(list.architectures.map(({ name }) => name)).toEqual(architectures.map(({ name }) => name).sort());
    for (const { name, positions, masks } of list.architectures) {
      const declared = architectures.find((one) => one.name === name);
      expect({ positions, masks }).toEqual({ positions: declared?.positions, masks: declared?.masks });
      for (const scheme of positions) expect(list.positions[scheme], scheme).not.toBe('');
      for (const kind of masks) expect(list.masks[kind], kind).not.toBe('');
    }
  });

  it('prints the same as text', async () => {
    const { exitCode, stdout, stderr } = await runGeodesic(['models']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    for (const { name, knownFor } of architectures) {
      const line = lines.find((one) => one.startsWith(`${name} `));
      expect(line?.endsWith(`  ${knownFor}`), name).toBe(true);
    }
    expect(stdout).toMatch(/^ {2}ALiBi +the bias is slope × distance/m);
  });

  it('prints docs/architectures.md', async () => {
    const { stdout } = await runGeodesic(['models', '--markdown']);
    const committed = await readFile(join(ROOT, 'docs/architectures.md'), 'utf8');
    expect(committed, 'npx geodesic models --markdown > docs/architectures.md').toBe(stdout);
  });

  it('prints one thing at a time', async () => {
    const { exitCode, stdout, stderr } = await runGeodesic(['models', '--json', '--markdown']);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain("'--json' cannot be used with option '--markdown'");
  });
});
