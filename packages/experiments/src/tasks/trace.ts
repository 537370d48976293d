import type { MergedSlot } from '@geodesic/runtime';
import { firstPassage } from './first-passage.js';
import type { CellOf, TaskContext, TaskResult } from './task-run.js';
import type { TextTrace, TracedSlot } from './text-trace.js';
import { openVariant } from './variant-run.js';

/** Which tokens of the first passage a merge merges; several merges are shown as the last of them leaves the text. */
export async function traceTask(cell: CellOf<'trace'>, context: TaskContext): Promise<TaskResult> {
  const { tokenizer, model, group } = context;
  const [passage] = group.items(() => firstPassage(cell, context)) as [number[]];
  const run = openVariant(model, cell.variant, 'last');
  try {
    const { merges } = await run.prefill(passage);
    const slots = merges.at(-1)?.rows[0] ?? [];
    return {
      samples: {},
      trace: textTrace(
        passage.map((id) => tokenizer.decode([id])),
        slots,
      ),
    };
  } finally {
    run.dispose();
  }
}

/** Positions of a prompt are indices of its tokens. States whose squares overflow have no cosine, and count as unlike. */
function textTrace(tokens: readonly string[], slots: readonly MergedSlot[]): TextTrace {
  return {
    tokens,
    slots: slots.map(
      ({ extent: [first, last], cosine }): TracedSlot => ({
        first,
        last,
        merged: last > first,
        cosine: Number.isFinite(cosine) ? cosine : 0,
      }),
    ),
  };
}
