import { argmax, type LanguageModel, lastLogits } from '@geodesic/runtime';
import type { Variant } from '../grid/cell.js';
import { firstPassage } from './first-passage.js';
import { prefillFigures, prefillSamples } from './prefill-figures.js';
import type { CellOf, TaskContext, TaskResult } from './task-run.js';
import { BASE, openVariant, type VariantRun } from './variant-run.js';

/** What one repeat took, in milliseconds. */
interface Times {
  readonly firstToken: number;
  readonly prefill: number;
  /** Of one token. */
  readonly decode: number;
}

/**
 * Times a variant and the base, alternating in one process, so that whatever else the machine does befalls both; a ratio compares the
 * two of one repeat. A first round of each, which is not counted, pays for what a backend does once.
 *
 * The first token is timed from an empty session, with the compiling of its program; the prefill in the same session again, warm;
 * decoding over `newTokens` greedy tokens behind it.
 */
export async function speedTask(cell: CellOf<'speed'>, context: TaskContext): Promise<TaskResult> {
  const { task, variant } = cell;
  const { model, group } = context;
  const [prompt] = group.items(() => firstPassage(cell, context)) as [number[]];
  const time = (which: Variant) => timeOnce(model, which, prompt, task.newTokens, context.now);
  const [base, own]: [Times[], Times[]] = [[], []];
  for (let repeat = -1; repeat < task.repeats; repeat++) {
    const pair = [await time(BASE), await time(variant)] as const;
    await context.alive();
    if (repeat < 0) continue;
    base.push(pair[0]);
    own.push(pair[1]);
  }
  return {
    samples: {
      ...samplesOf(base, own),
      ...(await memoryOf(cell, model, prompt)),
    },
  };
}

async function timeOnce(
  model: LanguageModel,
  variant: Variant,
  prompt: readonly number[],
  newTokens: number,
  now: () => number,
): Promise<Times> {
  const start = now();
  const run = openVariant(model, variant, 'last');
  try {
    argmax(lastLogits(await run.prefill(prompt)));
    const firstToken = now();
    const step = await run.prefill(prompt);
    const prefilled = now();
    await decodeGreedily(run, argmax(lastLogits(step)), newTokens);
    return {
      firstToken: firstToken - start,
      prefill: prefilled - firstToken,
      decode: (now() - prefilled) / newTokens,
    };
  } finally {
    run.dispose();
  }
}

async function decodeGreedily(run: VariantRun, first: number, count: number): Promise<void> {
  for (let i = 0, id = first; i < count; i++) id = argmax(lastLogits(await run.decode([id])));
}

async function memoryOf(
  { variant, length }: CellOf<'speed'>,
  model: LanguageModel,
  prompt: readonly number[],
): Promise<ReturnType<typeof prefillSamples>> {
  const run = openVariant(model, variant, 'last');
  try {
    return prefillSamples([prefillFigures(run, await run.prefill(prompt), variant, length)]);
  } finally {
    run.dispose();
  }
}

function samplesOf(base: readonly Times[], own: readonly Times[]): TaskResult['samples'] {
  const times = (key: keyof Times) => own.map((times) => times[key]);
  const ratios = (key: keyof Times) => own.map((times, i) => times[key] / (base[i] as Times)[key]);
  return {
    firstTokenMs: times('firstToken'),
    prefillMs: times('prefill'),
    decodeMs: times('decode'),
    firstTokenRatio: ratios('firstToken'),
    prefillRatio: ratios('prefill'),
    decodeRatio: ratios('decode'),
  };
}
