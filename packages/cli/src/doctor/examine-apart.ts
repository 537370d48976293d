import { fork } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { BackendName } from '../backend-names.js';
import type { Examination } from './examination.js';
import { TUNE_FLAG } from './tune-flag.js';

const PROGRAM = fileURLToPath(new URL('./examine-main.js', import.meta.url));
/** The first start of a driver may build its shader caches. */
const PATIENCE_MS = 120_000;

export interface ApartOptions {
  /** Whether kernels are measured too. */
  readonly tune?: boolean;
  /** For tests: another program, and less patience. */
  readonly program?: string;
  readonly patienceMs?: number;
}

/**
 * Examines a backend in a process of its own: drivers and native libraries that don't suit a machine end the program, or never
 * answer, and that should be told like any other failure.
 */
export async function examineApart(
  name: BackendName,
  { tune = false, program = PROGRAM, patienceMs = PATIENCE_MS }: ApartOptions = {},
): Promise<Examination> {
  // Native libraries print what they like: nothing of it may get into a report on stdout.
  const child = fork(program, tune ? [name, TUNE_FLAG] : [name], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const complaints = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  let examination: Examination | undefined;
  let isLate = false;
  const alarm = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, patienceMs);
  child.once('message', (message) => {
    examination = message as Examination;
    // All is said; a driver that hangs or crashes while it shuts down is not waited for.
    child.kill('SIGKILL');
  });
  const end = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  clearTimeout(alarm);
  if (examination !== undefined) return examination;
  const how = isLate ? `gives no answer within ${patienceMs / 1000} s` : `ends the program (${end})`;
  return { name, state: 'unavailable', problem: problemOf(name, how, await complaints) };
}

function problemOf(name: BackendName, how: string, complaints: string): string {
  const last = complaints.trim().split('\n').at(-1)?.trim();
  const said = last ? `; the last it printed: ${last}` : '';
  return `Starting the ${name} backend ${how}${said}; update or reinstall its driver or library`;
}
