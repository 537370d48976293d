import type { Device, RunResult, ValueData } from '@geodesic/backend';
import { capturedName, domainsOfPlans, type HostArray, mergeOutput } from '@geodesic/compiler';
import { type MergeTrace, mergeTrace } from './merge-trace.js';

/** What one step gives. */
export interface StepResult {
  /** [rows, vocabulary], or [rows, slots, vocabulary] where all tokens of the step have logits. */
  readonly logits: ValueData;
  /** The original position that each slot of the step predicts, −1 for padding: [rows, slots]. */
  readonly targets: ValueData;
  readonly captured: ReadonlyMap<string, ValueData>;
  /**
   * One trace for each merge, the first merge's first; of a decoding step one of the slots that it merged, where merging goes on and
   * enough tokens have come together, else none.
   */
  readonly merges: readonly MergeTrace[];
  /** The traces of the prompts of a decoding step that computed them anew, in the place of those that they had before; else none. */
  readonly recomputedMerges: readonly MergeTrace[];
}

/** The values that a graph hands out, by name. */
export type Values = ReadonlyMap<string, ValueData>;

/** Reads what a step hands out and frees its tensors; the caches live on in the session. */
export async function readValues(result: RunResult, device: Device): Promise<Values> {
  // Copies: what is handed out may be written to, and a host value may be part of the caches.
  const host = [...result.host].map(
    ([name, { shape, data }]) => [name, { shape, data: data.slice() }] as const,
  );
  const values = new Map<string, ValueData>(host);
  try {
    // All at the same time: a device may take milliseconds to say that one is read.
    const reads = [...result.device].map(async ([name, tensor]) => {
      device.allocateFor?.(name);
      const data = (await tensor.data()).slice() as Float32Array;
      return [name, { shape: tensor.shape, data }] as const;
    });
    for (const [name, value] of await Promise.all(reads)) values.set(name, value);
  } finally {
    for (const tensor of result.device.values()) tensor.dispose();
  }
  return values;
}

export function stepResult(values: Values): StepResult {
  return {
    logits: values.get('logits') as ValueData,
    targets: values.get('targets') as ValueData,
    captured: new Map(captures(values)),
    merges: mergeTraces(values),
    recomputedMerges: [],
  };
}

/** The trace of each merge that the values tell of, the first merge's first. */
export function mergeTraces(values: Values): MergeTrace[] {
  // A merge's domain is named after the one that it merged: the longer name is the later merge.
  return domainsOfPlans(values.keys())
    .sort((a, b) => a.length - b.length)
    .map((domain) => {
      const part = (what: 'plan' | 'extents' | 'statistics') =>
        values.get(mergeOutput(domain, what)) as HostArray;
      return mergeTrace(domain, part('plan'), part('extents'), part('statistics').data as Float32Array);
    });
}

function captures(values: Values): [string, ValueData][] {
  return [...values].flatMap(([output, value]) => {
    const name = capturedName(output);
    return name === undefined ? [] : [[name, value] as [string, ValueData]];
  });
}
