import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** How a run ended. */
export interface Finished {
  /** As a shell says it: 128 and the number of the signal where one ended the program. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on, to be read from or signalled. */
export interface Started {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly finished: Promise<Finished>;
}

/** Starts a program, with pipes for its three streams. */
export function startProgram(program: string, args: readonly string[], options: RunOptions = {}): Started {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A program that reads no input may be gone before it is written.
  child.stdin.on('error', () => {}).end(options.stdin ?? '');
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
  return { child, finished: collect(child, ended) };
}

async function collect({ stdout, stderr }: Started['child'], ended: Promise<number>): Promise<Finished> {
  const [out, err, exitCode] = await Promise.all([text(stdout).catch(closedEarly), text(stderr), ended]);
  return { exitCode, stdout: out, stderr: err };
}

/** A test that closes the program's stdout has seen what it wants of it. */
function closedEarly(): string {
  return '';
}
