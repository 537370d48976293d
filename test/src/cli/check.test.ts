import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';

const WRONG = [
  "import { causal, selfAttention } from 'geodesic';",
  'export const attention = selfAttention({',
  '  heads: 4, kvHeads: 3, headDim: 16, position: null, mask: causal(),',
  '});',
  '',
].join('\n');
const RIGHT = WRONG.replace('kvHeads: 3', 'kvHeads: 2');
const MESSAGE = "'layers.0.attention.attention' (attention): 4 heads can't share 3 key-value heads evenly";

async function folderWith(source: string): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'own,model.ts'), source);
  return folder;
}

describe('geodesic check', () => {
  it('says nothing of what is right', async () => {
    const cwd = await folderWith(RIGHT);
    expect(await runGeodesic(['check', 'own,model.ts'], { cwd })).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('prints a line for what is wrong, and fails', async () => {
    const cwd = await folderWith(WRONG);
    const { exitCode, stdout, stderr } = await runGeodesic(['check', 'own,model.ts'], { cwd });
    expect(stdout).toBe(`own,model.ts:2:26: error: ${MESSAGE} (ir.type)\n`);
    expect(stderr).toBe('error: the source is wrong in 1 place, listed on standard output\n');
    expect(exitCode).toBe(1);
  });

  it('prints JSON', async () => {
    const cwd = await folderWith(WRONG);
    const { exitCode, stdout } = await runGeodesic(['check', 'own,model.ts', '--format', 'json'], { cwd });
    const finding = {
      file: 'own,model.ts',
      line: 2,
      column: 26,
      severity: 'error',
      code: 'ir.type',
      message: MESSAGE,
    };
    expect(JSON.parse(stdout)).toEqual({ findings: [finding] });
    expect(exitCode).toBe(1);
    const right = await runGeodesic(['check', 'own,model.ts', '--format', 'json'], {
      cwd: await folderWith(RIGHT),
    });
    expect(JSON.parse(right.stdout)).toEqual({ findings: [] });
  });

  it('prints annotations of GitHub Actions, escaped', async () => {
    const cwd = await folderWith(WRONG);
    const { stdout } = await runGeodesic(['check', 'own,model.ts', '--format', 'github'], { cwd });
    expect(stdout).toBe(`::error file=own%2Cmodel.ts,line=2,col=26,title=geodesic ir.type::${MESSAGE}\n`);
  });

  it('refuses what it can not read', async () => {
    const { exitCode, stdout, stderr } = await runGeodesic(['check', 'missing.ts']);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: can't read missing\.ts: [^\n]+\n$/);
  });
});
