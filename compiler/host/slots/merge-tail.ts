import type { MergePlanAttributes, OpAttributes } from '../../ir/ops.js';
import { type HostArray, validTokens } from '../host-array.js';
import { rowOfSingles } from '../padded-rows.js';
import type { Slot } from './plan.js';
import { paddingSlots, planArray, slotsOfPlan } from './plan-array.js';
import { mergePlan } from './stream-ops.js';

/** A slot a token: left, right (none), in region (no). */
const COLUMNS = 3;

/** What tells how far a merge has got: the streams of its tokens, all of its pairs, and which tokens it leaves alone. */
interface MergedTokens {
  readonly extents: HostArray;
  readonly sizes: HostArray;
  /** Of all pairs, also where some of them are not made. */
  readonly plan: HostArray;
  readonly protection: HostArray | undefined;
}

/** The tokens of each row that may still be merged when more follow, as a plan of single tokens: see the op `mergeTail`. */
export function mergeTail(
  { extents, sizes, plan, protection }: MergedTokens,
  { keepStart }: OpAttributes['mergeTail'],
): HostArray {
  const [, width = 0] = sizes.shape;
  const slots = slotsOfPlan(plan);
  const rows = validTokens(sizes).map((tokens, row) => {
    const region = (slots[row] ?? []).map(({ slot }) => slot).filter(({ inRegion }) => inRegion);
    const isProtected = (token: number) => (protection?.data[row * width + token] ?? 0) !== 0;
    const last = lastSettled(region, isProtected);
    if (region.length > 0) return tokens.filter((token) => token > last);
    return tokens.filter((token) => (extents.data[(row * width + token) * 2] as number) >= keepStart);
  });
  return planArray(rows.map(singles), COLUMNS);
}

/** How many tokens the tail of a prompt of `length` tokens without padding has, if none of them is protected. */
export function tailLength(
  length: number,
  pairs: MergePlanAttributes,
  attributes: OpAttributes['mergeTail'],
): number {
  const { extents, sizes } = rowOfSingles(length);
  const plan = mergePlan(extents, sizes, pairs);
  const [, tokens = 0] = mergeTail({ extents, sizes, plan, protection: undefined }, attributes).shape;
  return tokens;
}

/**
 * The slots of each row's cache that stay as they are when its tail is merged, as a plan of single slots: all but the last ones, one
 * for each token of the tail.
 */
export function settledSlots(cachedSizes: HostArray, tailSizes: HostArray): HostArray {
  const tails = validTokens(tailSizes);
  const rows = validTokens(cachedSizes).map((slots, row) =>
    slots.slice(0, slots.length - (tails[row]?.length ?? 0)),
  );
  return planArray(rows.map(singles), COLUMNS);
}

/**
 * The slot of each row's cache that stands for each token of its tail, as a plan of single slots that is laid out as the tail is,
 * padding included.
 */
export function tailSlots(cachedSizes: HostArray, tailSizes: HostArray): HostArray {
  const [rows = 0, width = 0] = tailSizes.shape;
  const data = paddingSlots(rows * width, COLUMNS);
  const cached = validTokens(cachedSizes);
  validTokens(tailSizes).forEach((tokens, row) => {
    const slots = (cached[row] ?? []).slice(-tokens.length);
    tokens.forEach((token, i) => {
      data[(row * width + token) * COLUMNS] = slots[i] as number;
    });
  });
  return { shape: [rows, width, COLUMNS], data };
}

/** The last token of a region that has its slot for good: single ones behind it still wait for the next, unless they stay alone. */
function lastSettled(region: readonly Slot[], isProtected: (token: number) => boolean): number {
  const settled = region.findLast(({ members }) => members.length > 1 || isProtected(members[0] as number));
  return settled?.members.at(-1) ?? (region[0]?.members[0] ?? 0) - 1;
}

function singles(tokens: readonly number[]): Slot[] {
  return tokens.map((token) => ({ members: [token], inRegion: false }));
}
