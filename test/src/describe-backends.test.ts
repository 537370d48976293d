import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isCI } from './describe-backends.js';

/** What vitest's JSON report has of one test. */
interface Outcome {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

/** Runs backends.specimen.ts with vitest and gives its outcomes by their names. */
async function runSpecimen(CI: string): Promise<Map<string, Outcome>> {
  const vitest = join(dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs');
  const config = join(import.meta.dirname, 'specimens/vitest.config.ts');
  const { GEODESIC_TEST_REPORT: _, ...env } = process.env;
  const run = promisify(execFile)(process.execPath, [vitest, 'run', '--config', config], {
    env: { ...env, CI },
  });
  // It fails, as it should: the report is on stdout all the same.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const report = JSON.parse(stdout) as { testResults: { assertionResults: Outcome[] }[] };
  return new Map(
    report.testResults.flatMap(({ assertionResults }) => assertionResults).map((o) => [o.fullName, o]),
  );
}

describe('describeBackends', () => {
  it('fails on a leak and on device errors; skips what is excluded or, outside CI, unavailable', async () => {
    const outcomes = await runSpecimen('');
    expect(outcomes.get('specimen on cpu passes')?.status).toBe('passed');
    expect(outcomes.get('specimen on cpu leaks')?.failureMessages[0]).toMatch(
      /tensors that the test left behind/,
    );
    expect(outcomes.get('specimen on wasm passes')?.failureMessages[0]).toMatch(/the device said no/);
    expect(outcomes.get('specimen on webgpu (skipped: no adapter here) passes')?.status).toMatch(
      /skipped|pending/,
    );
    expect(outcomes.get('specimen on node (excluded: it is the example) passes')?.status).toMatch(
      /skipped|pending/,
    );
  });

  it('fails in CI where a backend is unavailable', async () => {
    const outcomes = await runSpecimen('true');
    expect(outcomes.get('specimen on webgpu starts')?.failureMessages[0]).toMatch(/no adapter here/);
    expect(outcomes.get('specimen on cpu passes')?.status).toBe('passed');
  });
});

it('knows CI by its variable', () => {
  expect([{}, { CI: '' }, { CI: 'false' }, { CI: '0' }].map(isCI)).toEqual([false, false, false, false]);
  expect([{ CI: 'true' }, { CI: '1' }].map(isCI)).toEqual([true, true]);
});
