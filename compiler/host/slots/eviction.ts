import type { EvictionAttributes, EvictionPolicy } from '../../ir/ops.js';
import type { HostArray } from '../host-array.js';
import type { Slot } from './plan.js';
import { planArray, slotsOfPlan } from './plan-array.js';

/**
 * Which tokens stay where tokens are evicted instead of merged: all but the middle (the kept start, and the last ones; StreamingLLM,
 * Xiao et al., 2023), those of the shortest keys between the kept ends (Devoto et al., 2024), or none but the last.
 */
export const EVICTION_POLICIES = ['middle', 'key-norm', 'all'] as const satisfies EvictionPolicy[];

/**
 * The plan of single tokens that evicts the others: of each row as many stay as the given plan has slots, and `all` leaves one.
 * `key-norm` counts in the shortest keys of the plan's region, of equals the first.
 *
 * @param plan what merging would make of the rows
 * @param keyNorms `key-norm` only: [B, N, 1], the length of each token's key, or anything that grows with it
 */
export function evictionPlan(
  plan: HostArray,
  { policy, keepStart }: EvictionAttributes,
  keyNorms?: HostArray,
): HostArray {
  const rows = slotsOfPlan(plan).map((placed, row) => {
    const slots = placed.map(({ slot }) => slot);
    const tokens = slots.flatMap(({ members, inRegion }) =>
      members.map((token): Slot => ({ members: [token], inRegion })),
    );
    if (policy === 'all') return tokens.slice(-1);
    if (policy === 'middle') return withoutMiddle(tokens, slots.length, keepStart);
    const width = keyNorms?.shape[1] ?? 0;
    return shortestKeys(tokens, slots.length, (token) => keyNorms?.data[row * width + token] as number);
  });
  return planArray(rows, plan.shape[2] as number);
}

function withoutMiddle(tokens: readonly Slot[], count: number, keepStart: number): Slot[] {
  const start = Math.min(keepStart, count);
  return [...tokens.slice(0, start), ...tokens.slice(tokens.length - (count - start))];
}

function shortestKeys(tokens: readonly Slot[], count: number, normOf: (token: number) => number): Slot[] {
  const region = tokens.filter(({ inRegion }) => inRegion);
  const norm = ({ members }: Slot) => normOf(members[0] as number);
  const ranked = [...region].sort((a, b) => norm(a) - norm(b));
  const evicted = new Set(ranked.slice(region.length - (tokens.length - count)));
  return tokens.filter((slot) => !evicted.has(slot));
}
