import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measureGeodesic } from './measure-geodesic.js';
import { runGeodesic } from './run-geodesic.js';

const HELP_MS = 300;
const COMMANDS = ['generate', 'logits', 'inspect', 'demo'] as const;

/** The options that the issue and the guide name. */
const OPTIONS: Readonly<Record<(typeof COMMANDS)[number], readonly string[]>> = {
  generate: [
    '--model',
    '--prompt',
    '--prompt-file',
    '--chat',
    '--max-new-tokens',
    '--temperature',
    '--seed',
    '--backend',
    '--json',
  ],
  logits: ['--model', '--tokens', '--top', '--all', '--backend', '--json'],
  inspect: ['--model', '--format', '--phase', '--cost', '--length'],
  demo: ['--model', '--prompt', '--max-new-tokens', '--backend'],
};
const MERGE_OPTIONS = [
  '--merge-after',
  '--keep-start',
  '--keep-end',
  '--interpolation',
  '--positions',
  '--no-proportional-attention',
];

async function manifest(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(import.meta.dirname, '../../..', path), 'utf8')) as Record<
    string,
    unknown
  >;
}

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists the commands, in under 300 ms', async (flag) => {
    const { exitCode, stdout, stderr, ms } = await measureGeodesic([flag], HELP_MS);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(ms).toBeLessThan(HELP_MS);
  });

  it.each(COMMANDS)('%s --help lists its options, in under 300 ms', async (command) => {
    const { exitCode, stdout, stderr, ms } = await measureGeodesic([command, '--help'], HELP_MS);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const option of [...OPTIONS[command], ...MERGE_OPTIONS]) expect(stdout).toContain(`  ${option} `);
    expect(ms).toBeLessThan(HELP_MS);
  });

  it('--version is that of the package', async () => {
    const { exitCode, stdout, ms } = await measureGeodesic(['--version'], HELP_MS);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${(await manifest('packages/cli/package.json')).version}\n`);
    expect(ms).toBeLessThan(HELP_MS);
  });

  it('no command at all shows the help on stderr and fails', async () => {
    const { exitCode, stdout, stderr } = await runGeodesic([]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Usage: geodesic/);
  });

  it('npm run demo, which the README names, starts the same binary', async () => {
    const { scripts } = (await manifest('package.json')) as { scripts: Record<string, string> };
    const { bin } = (await manifest('packages/cli/package.json')) as { bin: Record<string, string> };
    expect(scripts.demo).toBe(`node ${join('packages/cli', bin.geodesic ?? '')} demo`);
    expect(await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8')).toContain('npm run demo');
  });
});
