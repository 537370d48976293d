import type { MergeChoiceAttributes } from '../../ir/ops.js';
import type { HostArray } from '../host-array.js';
import type { Slot } from './plan.js';
import { planArray, slotsOfPlan } from './plan-array.js';

/**
 * The plan that makes only the most similar of the candidates: of each row's slots with several members those whose cosine reaches
 * the threshold, and of these `ratio` of all its candidates, rounded, the largest cosines first and of equals the first.
 *
 * @param statistics [B, C, 2]: the cosine of each candidate, and the quotient of its norms
 */
export function mergeChoice(
  candidates: HostArray,
  statistics: HostArray,
  attributes: MergeChoiceAttributes,
): HostArray {
  const rows = slotsOfPlan(candidates).map((slots) => {
    const chosen = chosenSlots(slots, statistics.data, attributes);
    return slots.flatMap(({ slot, index }) =>
      slot.members.length > 1 && !chosen.has(index)
        ? slot.members.map((token): Slot => ({ members: [token], inRegion: true }))
        : [slot],
    );
  });
  return planArray(rows, candidates.shape[2] as number);
}

interface PlacedSlot {
  readonly slot: Slot;
  /** Of all slots of all rows. */
  readonly index: number;
}

function chosenSlots(
  slots: readonly PlacedSlot[],
  statistics: ArrayLike<number>,
  { ratio, threshold, normFactor }: MergeChoiceAttributes,
): Set<number> {
  const cosine = (index: number) => statistics[index * 2] as number;
  const isEven = (index: number) => {
    const quotient = statistics[index * 2 + 1] as number;
    return normFactor === null || Math.max(quotient, 1 / quotient) <= normFactor;
  };
  const groups = slots.filter(({ slot }) => slot.members.length > 1).map(({ index }) => index);
  const eligible = groups.filter(isEven);
  const similar = eligible.filter((index) => cosine(index) >= threshold);
  const ranked = similar.sort((a, b) => cosine(b) - cosine(a) || a - b);
  return new Set(ranked.slice(0, Math.round(ratio * eligible.length)));
}
