import { box, card, label, legend } from './card.mjs';
import { exampleStep, WORDS } from './example.mjs';

const CELL = 13;
const TOP = 56;

/** One mask: a row for each query, a cell for each key; a key of two tokens is as wide as both. */
function grid(mask, slots, left) {
  const shapes = [];
  for (const [query, { extent: rows }] of slots.entries()) {
    for (const [key, { extent: columns, merged }] of slots.entries()) {
      const isSeen = mask[query * slots.length + key] > -1;
      const [x, y] = [left + columns[0] * CELL, TOP + rows[0] * CELL];
      const sizes = [columns, rows].map(([first, last]) => (last - first + 1) * CELL - 2);
      const kind = merged ? 'merged' : 'kept';
      shapes.push(box(isSeen ? kind : 'hidden', x, y, ...sizes));
    }
  }
  return shapes;
}

/** The mask of a layer before and of one behind a merge, with a sliding window, on the scale of the original positions. */
export async function maskPicture(model, window) {
  const [before, behind] = ['layers.0.attention.attentionMask', 'layers.2.attention.attentionMask'];
  const { value, slots } = await exampleStep(model, [before, behind]);
  const tokens = WORDS.map((_, i) => ({ extent: [i, i], merged: false }));
  const right = 40 + WORDS.length * CELL;
  const y = TOP + WORDS.length * CELL + 14;
  return card(
    `Which keys each query sees, with a window of ${window} tokens: before a merge, and behind it, where merged keys and queries stand for two tokens`,
    y + 28,
    [
      label(`layer 0: ${tokens.length} tokens`, 16, 24),
      label(`layer 2: ${slots.length} slots`, right, 24),
      label('keys →, queries ↓', 16, 44, 'head'),
      label('on the scale of the tokens', right, 44, 'head'),
      grid(value(before), tokens, 16),
      grid(value(behind), slots, right),
      legend(
        [
          ['kept', 'seen'],
          ['merged', 'seen, size 2'],
          ['hidden', 'hidden'],
        ],
        y,
      ),
    ],
  );
}
