import { argmax, everyLogits, lastLogits } from '@geodesic/runtime';
import { leavesTokenOut } from '../grid/baselines.js';
import type { TaskKind, Variant } from '../grid/cell.js';
import type { AnswerItem } from './answer-item.js';
import { type PrefillFigures, prefillFigures, prefillSamples } from './prefill-figures.js';
import type { CellOf, TaskContext, TaskResult } from './task-run.js';
import { BASE, isBase, RunPair, type VariantRun } from './variant-run.js';

/** Nats that the least certain token of an answer lies ahead where the model is clear about it. */
const CLEAR = 1;

/** How a variant did on one item. */
interface Outcome {
  readonly exact: boolean;
  /** Whether each token of the answer is e times as likely as any other, or more. */
  readonly clear: boolean;
  /** Share of the answer's tokens that were likeliest, each behind the right ones before it. */
  readonly tokensRight: number;
  readonly memory: PrefillFigures;
}

/** A task whose items have one right answer. */
export async function exactAnswerTask(
  cell: CellOf<Extract<TaskKind, 'copy' | 'recall' | 'needle'>>,
  context: TaskContext,
  makeItems: () => readonly AnswerItem[],
): Promise<TaskResult> {
  const { group, model } = context;
  const items = group.items(makeItems);
  const runs = new RunPair(model, cell.variant, 'following');
  try {
    const outcomes: [base: Outcome, own: Outcome][] = [];
    for (const [i, item] of items.entries()) {
      const base = await group.base(
        i,
        () => answerItem(runs.base, item, BASE),
        () => 0,
      );
      const own = isBase(cell.variant) ? base : await answerItem(runs.variant, item, cell.variant);
      outcomes.push([base, own]);
      await context.alive();
    }
    return { samples: samplesOf(outcomes) };
  } finally {
    runs.dispose();
  }
}

/**
 * Whether greedy decoding gives the right answer, from one pass over it: that is so exactly where each of its tokens is the
 * likeliest behind the prompt and the right tokens before it.
 */
async function answerItem(
  run: VariantRun,
  { prompt: whole, answer, shorterPrompt = whole }: AnswerItem,
  variant: Variant,
): Promise<Outcome> {
  const prompt = leavesTokenOut(variant.baseline) ? shorterPrompt : whole;
  const step = await run.prefill(prompt);
  const memory = prefillFigures(run, step, variant, prompt.length);
  const logits = [lastLogits(step)];
  if (answer.length > 1) logits.push(...everyLogits(await run.decode(answer.slice(0, -1))));
  const right = answer.filter((id, i) => argmax(logits[i] as Float32Array) === id).length;
  const clear = answer.every((id, i) => lead(logits[i] as Float32Array, id) >= CLEAR);
  return { exact: right === answer.length, clear, tokensRight: right / answer.length, memory };
}

/** Nats between a token's likelihood and that of the likeliest other. */
function lead(logits: Float32Array, id: number): number {
  return (
    (logits[id] as number) -
    logits.reduce((most, logit, i) => (i === id ? most : Math.max(most, logit)), -Infinity)
  );
}

function samplesOf(outcomes: readonly (readonly [base: Outcome, own: Outcome])[]): TaskResult['samples'] {
  return {
    exact: outcomes.map(([, own]) => Number(own.exact)),
    kept: outcomes.map(([base, own]) => (base.exact ? Number(own.exact) : null)),
    keptClear: outcomes.map(([base, own]) => (base.clear ? Number(own.exact) : null)),
    tokensRight: outcomes.map(([, own]) => own.tokensRight),
    ...prefillSamples(outcomes.map(([, { memory }]) => memory)),
  };
}
