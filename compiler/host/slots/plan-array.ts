import type { HostArray } from '../host-array.js';
import type { Slot } from './plan.js';

/**
 * The slots of rows as a plan [B, M, columns]: the members, −1 where there is none, and 1 in the last column for a slot in the
 * region. Rows with fewer slots are padded on the left.
 */
export function planArray(rows: readonly (readonly Slot[])[], columns: number): HostArray {
  const length = Math.max(0, ...rows.map((slots) => slots.length));
  const data = paddingSlots(rows.length * length, columns);
  rows.forEach((slots, row) => {
    slots.forEach(({ members, inRegion }, i) => {
      const start = (row * length + (length - slots.length) + i) * columns;
      data.set(members, start);
      data[start + columns - 1] = inRegion ? 1 : 0;
    });
  });
  return { shape: [rows.length, length, columns], data };
}

/** The cells of slots without members. */
export function paddingSlots(count: number, columns: number): Int32Array {
  const cells = new Int32Array(count * columns).fill(-1);
  for (let last = columns - 1; last < cells.length; last += columns) cells[last] = 0;
  return cells;
}

/** The slots of each row of a plan, without padding and zero vectors, with their index among all slots of all rows. */
export function slotsOfPlan({ shape, data }: HostArray): { readonly slot: Slot; readonly index: number }[][] {
  const [rows = 0, length = 0, columns = 0] = shape;
  return Array.from({ length: rows }, (_, row) => {
    const slots: { slot: Slot; index: number }[] = [];
    for (let index = row * length; index < (row + 1) * length; index++) {
      const members: number[] = [];
      const last = (index + 1) * columns - 1;
      for (let cell = index * columns; cell < last; cell++) {
        if ((data[cell] as number) >= 0) members.push(data[cell] as number);
      }
      if (members.length > 0) slots.push({ slot: { members, inRegion: data[last] === 1 }, index });
    }
    return slots;
  });
}
