import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Python's package installer on this machine. */
export interface Pip {
  /** The words that start it. */
  readonly command: readonly [string, ...string[]];
  readonly version: string;
}

const COMMANDS: readonly Pip['command'][] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['python', '-m', 'pip'],
  ['pip'],
  ['py', '-m', 'pip'],
];

/** The pip that downloads from Python wheels use, if there is one. */
export async function findPip(): Promise<Pip | undefined> {
  for (const command of COMMANDS) {
    const [program, ...words] = command;
    const printed = await promisify(execFile)(program, [...words, '--version']).catch(() => undefined);
    if (printed === undefined) continue;
    return { command, version: /^pip (\S+)/.exec(printed.stdout)?.[1] ?? 'of unknown version' };
  }
  return undefined;
}
