import type { MergedSlot } from '@geodesic/runtime';
import type { PictureSlot } from './picture.js';

/** What the page draws of a merge's trace. Slots that stand for no token, as the article's padding, are left out. */
export function pictureSlots(slots: readonly MergedSlot[]): PictureSlot[] {
  return slots
    .filter(({ extent: [, last] }) => last >= 0)
    .map(({ extent: [first, last], merged, cosine }) => ({
      extent: [Math.max(0, first), last],
      merged,
      cosine,
    }));
}
