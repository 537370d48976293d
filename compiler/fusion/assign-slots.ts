import { type Dim, printDim } from '../ir/dim.js';
import type { ValueId } from '../ir/graph.js';
import { inputsOf, outputsOf } from './kernel-step.js';
import type { Schedule } from './schedule.js';

/** Where the values between steps lie: a slot each, which values share that are never needed at the same time. */
export interface SlotAssignment {
  /** By value; views have the slot of what they view. */
  readonly slots: ReadonlyMap<ValueId, number>;
  readonly count: number;
}

/**
 * Plans memory: walks through the steps with the slots that are free, and gives each result one of them, at best one that a value of the
 * same size has left. A step's results never share a slot with its inputs.
 *
 * @param placed whether a value has a memory of its own, such as a cache or a result of the graph
 */
export function assignSlots(schedule: Schedule, placed: (id: ValueId) => boolean): SlotAssignment {
  const sources = viewedValues(schedule);
  const source = (id: ValueId) => sources.get(id) ?? id;
  const lastUses = new Map<ValueId, number>();
  for (const [index, step] of schedule.steps.entries()) {
    for (const id of inputsOf(step)) lastUses.set(source(id), index);
  }
  const slots = new Map<ValueId, number>();
  const free: { readonly slot: number; readonly size: string }[] = [];
  let count = 0;
  for (const [index, step] of schedule.steps.entries()) {
    const made = step.kind === 'view' ? [] : outputsOf(step).filter((id) => !placed(id));
    for (const id of made) {
      const size = sizeOf(schedule.typeOf(id).axes);
      const fitting = free.findIndex((entry) => entry.size === size);
      const [taken] = free.length > 0 ? free.splice(Math.max(fitting, 0), 1) : [];
      slots.set(id, taken?.slot ?? count++);
    }
    const ended = new Set([...inputsOf(step), ...made].map(source));
    for (const id of ended) {
      const slot = slots.get(id);
      if (slot === undefined || (lastUses.get(id) ?? index) > index) continue;
      free.push({ slot, size: sizeOf(schedule.typeOf(id).axes) });
    }
  }
  for (const view of sources.keys()) {
    const slot = slots.get(source(view));
    if (slot !== undefined) slots.set(view, slot);
  }
  return { slots, count };
}

/** What each view shows in the end. */
export function viewedValues({ steps }: Schedule): Map<ValueId, ValueId> {
  const sources = new Map<ValueId, ValueId>();
  for (const step of steps) {
    if (step.kind === 'view') sources.set(step.output, sources.get(step.of) ?? step.of);
  }
  return sources;
}

/** Equal for values that always have equally many numbers. */
function sizeOf(axes: readonly { readonly size: Dim }[]): string {
  return axes
    .map(({ size }) => printDim(size))
    .sort()
    .join('·');
}
