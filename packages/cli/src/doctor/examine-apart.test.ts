import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { examineApart } from './examine-apart.js';

/** A program that stands in for the one that opens a backend. */
async function programOf(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = join(folder, 'program.mjs');
  await writeFile(program, code);
  return program;
}

it('gives what the program found out, and does not wait for its end', async () => {
  const program = await programOf(
    "process.send({ name: process.argv[2], state: 'works' }); setInterval(() => {}, 1000);",
  );
  expect(await examineApart('webgpu', { program })).toEqual({ name: 'webgpu', state: 'works' });
});

it.runIf(process.platform !== 'win32')('tells of a library that ends the program', async () => {
  const program = await programOf(
    "console.error('needs AVX'); setTimeout(() => process.kill(process.pid, 'SIGILL'), 50);",
  );
  const { state, problem } = await examineApart('node', { program });
  expect(state).toBe('unavailable');
  expect(problem).toMatch(/node backend ends the program \(SIGILL\); the last it printed: needs AVX; update/);
});

it('tells of a program that ends without an answer', async () => {
  const { problem } = await examineApart('node', { program: await programOf('process.exitCode = 3;') });
  expect(problem).toContain('ends the program (exit code 3); update');
});

it('tells of a driver that never answers', async () => {
  const program = await programOf('for (;;);');
  const { state, problem } = await examineApart('webgpu', { program, patienceMs: 300 });
  expect(state).toBe('unavailable');
  expect(problem).toContain('gives no answer within 0.3 s');
});
