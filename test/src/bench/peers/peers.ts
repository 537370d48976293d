import { verdict } from '../limit.js';
import { describeMachine } from '../machine.js';
import { compare } from './compare.js';
import { THREADS } from './contestant.js';
import { ContestantProcess } from './contestant-process.js';
import { CONTESTANTS, type Entry } from './contestants.js';
import { MEASURES, type Measure } from './measures.js';

/** The beginning of the Gettysburg address, whose next token the model is sure of. */
const SPEECH = [19622, 6581, 284, 4962, 929, 3156, 653, 16576, 3621, 7146, 335, 451];
/** Who of us must be no slower than whom, before any merging. */
const MARKS: readonly (readonly [own: string, peer: string])[] = [
  ['node', 'onnxruntime'],
  ['webgpu', 'transformers-webgpu'],
];

/**
 * SmolLM2 with the same weights by other programs and by this one, in turns.
 *
 * @param names who takes part; all without any
 */
export async function benchPeers(names: readonly string[]): Promise<void> {
  print(`${describeMachine()}; ${THREADS} threads each; medians of turns`);
  const processes = await startAll(names.length > 0 ? names : Object.keys(CONTESTANTS));
  try {
    await checkAgreement(processes);
    const losses: string[] = [];
    for (const measure of MEASURES) {
      const times = await compare(measure, processes);
      printTimes(measure, times);
      losses.push(...lossesOf(measure, times));
    }
    await printMemory(processes);
    print(losses.length === 0 ? 'we lose nothing' : `we lose: ${losses.join('; ')}`);
  } finally {
    for (const contestant of processes.values()) contestant.stop();
  }
}

async function startAll(names: readonly string[]): Promise<Map<string, ContestantProcess>> {
  const processes = new Map<string, ContestantProcess>();
  for (const name of names) {
    try {
      if (!Object.hasOwn(CONTESTANTS, name)) {
        throw new Error(`there is no such contestant: choose from ${Object.keys(CONTESTANTS).join(', ')}`);
      }
      processes.set(name, await ContestantProcess.start(name));
    } catch (error) {
      print(`${name} is left out: ${(error as Error).message}`);
    }
  }
  return processes;
}

/** Those in float32 run the same weights, so they must say the same. Who can't run at all takes no further part. */
async function checkAgreement(processes: Map<string, ContestantProcess>): Promise<void> {
  const said = new Map<string, number>();
  for (const [name, contestant] of processes) {
    try {
      said.set(name, (await contestant.perform({ prefill: SPEECH })).token);
    } catch (error) {
      processes.delete(name);
      print(`${name} is left out: ${(error as Error).message}`);
    }
  }
  print(`next token of a fixed prompt: ${[...said].map(([name, token]) => `${name} ${token}`).join(', ')}`);
  const exact = [...said].filter(([name]) => (CONTESTANTS[name] as Entry).isFloat32);
  if (exact.length < 2) return print('fewer than two compute in float32: nothing to compare it with');
  const differ = new Set(exact.map(([, token]) => token)).size > 1;
  if (differ) process.exitCode = 1;
  print(`those in float32 ${differ ? 'DO NOT AGREE' : 'agree'}`);
}

function printTimes({ title, tokens }: Measure, times: ReadonlyMap<string, number>): void {
  print(`\n${title}`);
  const [first, base] = [...times][0] ?? ['', Number.NaN];
  for (const [name, ms] of times) {
    const speed = `${((tokens * 1000) / ms).toFixed(1)} tokens/s`.padStart(17);
    const ratio = `${(ms / base).toFixed(2)} of ${first}'s time`;
    print(
      `  ${(CONTESTANTS[name] as Entry).title.padEnd(36)} ${ms.toFixed(1).padStart(9)} ms ${speed}   ${ratio}`,
    );
  }
  for (const [own, peer] of MARKS) {
    const [ownMs, peerMs] = [times.get(own), times.get(peer)];
    if (ownMs === undefined || peerMs === undefined) continue;
    const ratio = ownMs / peerMs;
    print(`  ${own} against ${peer}: ratio ${ratio.toFixed(3)} (${verdict(ratio, 1)})`);
  }
}

/** The peers that are faster than the fastest of our backends. */
function lossesOf({ title }: Measure, times: ReadonlyMap<string, number>): string[] {
  const isOwn = (name: string) => (CONTESTANTS[name] as Entry).backend !== undefined;
  const own = [...times].filter(([name]) => isOwn(name)).map(([, ms]) => ms);
  const best = Math.min(...own);
  return [...times]
    .filter(([name, ms]) => !isOwn(name) && ms < best)
    .map(([name, ms]) => `${title} to ${name} (${(best / ms).toFixed(2)} times its time)`);
}

async function printMemory(processes: ReadonlyMap<string, ContestantProcess>): Promise<void> {
  print('\npeak memory of the process');
  for (const [name, contestant] of processes) {
    const { peakBytes } = await contestant.perform({ prefill: SPEECH });
    print(
      `  ${(CONTESTANTS[name] as Entry).title.padEnd(36)} ${(peakBytes / 1e6).toFixed(0).padStart(9)} MB`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
