import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { INTERPOLATIONS, POSITION_STRATEGIES } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { measureGeodesic } from './measure-geodesic.js';
import { GEODESIC, runGeodesic } from './run-geodesic.js';

const ROOT = join(import.meta.dirname, '../../..');
const HELP_MS = 300;
const COMMANDS = [
  'generate',
  'logits',
  'inspect',
  'view',
  'models',
  'demo',
  'doctor',
  'check',
  'apply-merge',
  'emit',
] as const;

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
    '--weights',
    '--cache',
    '--json',
  ],
  logits: ['--model', '--tokens', '--top', '--all', '--backend', '--weights', '--cache', '--json'],
  inspect: ['--model', '--format', '--phase', '--cost', '--length'],
  view: ['--model', '--length', '--port', '--no-open', '--backend', '--weights', '--cache'],
  models: ['--json', '--markdown'],
  demo: ['--model', '--prompt', '--max-new-tokens', '--backend', '--weights', '--cache'],
  doctor: ['--json', '--tune'],
  check: ['--format'],
  'apply-merge': ['--after', '--keep-end', '--interpolation', '--merge-ratio', '--at', '--write'],
  emit: ['--model', '--out'],
};
/** Commands without a model of their own. */
const WITHOUT_MODEL: readonly string[] = ['models', 'doctor', 'check', 'apply-merge'];
const MERGE_OPTIONS = [
  '--merge-after',
  '--keep-start',
  '--keep-end',
  '--interpolation',
  '--positions',
  '--no-proportional-attention',
];

async function manifest(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8')) as Record<string, unknown>;
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
    const merging = WITHOUT_MODEL.includes(command) ? [] : MERGE_OPTIONS;
    for (const option of [...OPTIONS[command], ...merging]) expect(stdout).toContain(`  ${option} `);
    expect(ms).toBeLessThan(HELP_MS);
  });

  it('--version is that of the package', async () => {
    const { exitCode, stdout, ms } = await measureGeodesic(['--version'], HELP_MS);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`${(await manifest('packages/cli/package.json')).version}\n`);
    expect(ms).toBeLessThan(HELP_MS);
  });

  it('names every backend, and auto', async () => {
    const { stdout } = await runGeodesic(['logits', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      '(choices: "wasm", "cpu", "webgpu", "node", "auto", default: "wasm")',
    );
  });

  it('names every interpolation and position of the compiler', async () => {
    const stdout = (await runGeodesic(['logits', '--help'])).stdout.replace(/\s+/g, ' ');
    const choices = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');
    expect(stdout).toContain(`(choices: ${choices(INTERPOLATIONS)})`);
    expect(stdout).toContain(`(choices: ${choices(POSITION_STRATEGIES)})`);
  });

  it('the bin is a file of the repository, which npm links before anything is built', async () => {
    const { bin, files } = (await manifest('packages/cli/package.json')) as {
      bin: Record<string, string>;
      files: string[];
    };
    const target = join(ROOT, 'packages/cli', bin.geodesic ?? '');
    expect(target).toBe(GEODESIC);
    expect(files).toContain('bin');
    await access(target, constants.X_OK);
    const ignored = promisify(execFile)('git', ['check-ignore', '--quiet', target], { cwd: ROOT });
    await expect(ignored).rejects.toMatchObject({ code: 1 });
    expect((await promisify(execFile)(target, ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
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
    const [, main, ...args] = (scripts.demo ?? '').split(' ');
    expect(args).toEqual(['demo']);
    const started = await readFile(join(ROOT, 'packages/cli', bin.geodesic ?? ''), 'utf8');
    const [, imported = ''] = started.match(/^import '(.+)';$/m) ?? [];
    expect(resolve(ROOT, 'packages/cli/bin', imported)).toBe(resolve(ROOT, main ?? ''));
    expect(await readFile(join(ROOT, 'README.md'), 'utf8')).toContain('npm run demo');
  });
});
