import type { PositionStrategy } from '../../ir/ops.js';
import { type HostArray, validTokens } from '../host-array.js';
import { type PairingOptions, planRow } from './plan.js';
import { planArray } from './plan-array.js';

/**
 * The plan of every row as i32 [B, M, group + 1]: the members, in region; rows with fewer slots are padded on the left.
 *
 * @param extents of a row whose first token is not its first position: what comes before it counts for the kept start
 * @param protection which tokens stay alone, not 0; default: none
 */
export function mergePlan(
  extents: HostArray,
  sizes: HostArray,
  attributes: PairingOptions,
  protection?: HostArray,
): HostArray {
  const [, width = 0] = sizes.shape;
  const rows = validTokens(sizes).map((tokens, row) =>
    planRow(tokens, attributes, {
      isProtected: (token) => (protection?.data[row * width + token] ?? 0) !== 0,
      before: tokens.length === 0 ? 0 : (extents.data[(row * width + (tokens[0] as number)) * 2] as number),
    }),
  );
  return planArray(rows, (attributes.group ?? 2) + 1);
}

/** The extent of a slot reaches from the first position of its members, which are in order, to the last; padding has [−1, −1]. */
export function mergedExtents(extents: HostArray, plan: HostArray): HostArray {
  const data = new Int32Array(slotCount(plan) * 2).fill(-1);
  forEachMember(plan, extents, (slot, token) => {
    if (data[slot * 2] === -1) data[slot * 2] = extents.data[token * 2] as number;
    data[slot * 2 + 1] = extents.data[token * 2 + 1] as number;
  });
  return { shape: [...plan.shape.slice(0, 2), 2], data };
}

/** The size of a slot is the sum of its members' sizes. */
export function mergedSizes(sizes: HostArray, plan: HostArray): HostArray {
  const data = new Float32Array(slotCount(plan));
  forEachMember(plan, sizes, (slot, token) => {
    data[slot] = (data[slot] as number) + (sizes.data[token] as number);
  });
  return { shape: plan.shape.slice(0, 2), data };
}

/** A slot is protected where one of its members is. */
export function mergedProtection(protection: HostArray, plan: HostArray): HostArray {
  const data = new Int32Array(slotCount(plan));
  forEachMember(plan, protection, (slot, token) => {
    if (protection.data[token] !== 0) data[slot] = 1;
  });
  return { shape: plan.shape.slice(0, 2), data };
}

/** Position ids of slots, in the units of the original positions except for `compact`; a row without a group keeps its own. */
export function mergedPositions(
  positionIds: HostArray,
  plan: HostArray,
  extents: HostArray,
  sizes: HostArray,
  strategy: PositionStrategy,
): HostArray {
  const data = new Float32Array(sizes.data.length);
  const [, length = 0] = sizes.shape;
  const [, , columns = 0] = plan.shape;
  validTokens(sizes).forEach((slots, row) => {
    const merges = slots.some((index) => plan.data[(row * length + index) * columns + 1] !== -1);
    slots.forEach((index, rank) => {
      const slot = row * length + index;
      const left = plan.data[slot * columns] as number;
      const [first, last] = [extents.data[slot * 2] as number, extents.data[slot * 2 + 1] as number];
      data[slot] = merges
        ? { midpoint: (first + last) / 2, first, last, compact: rank }[strategy]
        : (positionIds.data[row * (positionIds.shape[1] as number) + left] as number);
    });
  });
  return { shape: sizes.shape, data };
}

/** The original position that each slot predicts: the one after its extent. A position inside a merged slot is predicted by nobody. */
export function targets(extents: HostArray, sizes: HostArray): HostArray {
  const data = Int32Array.from(sizes.data, (size, slot) =>
    size > 0 ? (extents.data[slot * 2 + 1] as number) + 1 : -1,
  );
  return { shape: sizes.shape, data };
}

/** Calls `visit` for every member of every slot, in order, with its flat index in a stream of the source. */
function forEachMember(
  plan: HostArray,
  stream: HostArray,
  visit: (slot: number, token: number) => void,
): void {
  const [, length = 0, columns = 0] = plan.shape;
  const [, width = 0] = stream.shape;
  for (let slot = 0; slot < slotCount(plan); slot++) {
    const row = Math.floor(slot / length);
    for (let column = 0; column < columns - 1; column++) {
      const member = plan.data[slot * columns + column] as number;
      if (member >= 0) visit(slot, row * width + member);
    }
  }
}

function slotCount(plan: HostArray): number {
  return (plan.shape[0] as number) * (plan.shape[1] as number);
}
