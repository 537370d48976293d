import type { TextTrace, TracedSlot } from '../tasks/text-trace.js';
import { escapeMarkup } from './escape-markup.js';

const LINE_CHARACTERS = 96;
const CHARACTER_WIDTH = 8.4;
const LINE_HEIGHT = 26;
const BOX_HEIGHT = 19;
const MARGIN = 12;
const LEGEND_HEIGHT = 28;

/** A piece of a line: a slot, or the part of one that the line's end left on this line. */
interface Box {
  readonly slot: TracedSlot;
  readonly text: string;
  readonly column: number;
  readonly line: number;
}

/**
 * A picture of a text as a merge leaves it: each slot is a box around its tokens, filled where they were merged, the darker the less alike
 * the two states were; tokens in no slot are struck through.
 */
export function tracePicture(trace: TextTrace, title: string): string {
  const boxes = layOut(trace);
  const lines = Math.max(0, ...boxes.map(({ line }) => line)) + 1;
  const width = LINE_CHARACTERS * CHARACTER_WIDTH + 2 * MARGIN;
  const height = LEGEND_HEIGHT + lines * LINE_HEIGHT + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width.toFixed(0)}" height="${height}" viewBox="0 0 ${width.toFixed(0)} ${height}" font-family="monospace" font-size="14">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<text x="${MARGIN}" y="${MARGIN + 12}" font-weight="bold">${escapeMarkup(title)}</text>`,
    ...boxes.map(boxMarkup),
    '</svg>',
  ].join('\n');
}

/** Slots and the tokens that no slot stands for, in the order of the text. */
function layOut({ tokens, slots }: TextTrace): Box[] {
  const boxes: Box[] = [];
  const cursor = { line: 0, column: 0 };
  for (const slot of withDropped(slots, tokens.length)) {
    const text = visible(tokens.slice(slot.first, slot.last + 1).join(''));
    if (cursor.column > 0 && cursor.column + text.length > LINE_CHARACTERS) {
      cursor.line += 1;
      cursor.column = 0;
    }
    boxes.push({ slot, text, ...cursor });
    cursor.column += text.length + 1;
  }
  return boxes;
}

function withDropped(slots: readonly TracedSlot[], count: number): TracedSlot[] {
  const all: TracedSlot[] = [];
  const dropped = (index: number): TracedSlot => ({
    first: index,
    last: index,
    merged: false,
    cosine: Number.NaN,
  });
  let next = 0;
  for (const slot of slots) {
    while (next < slot.first) all.push(dropped(next++));
    all.push(slot);
    next = slot.last + 1;
  }
  while (next < count) all.push(dropped(next++));
  return all;
}

function visible(text: string): string {
  return text.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '·');
}

function boxMarkup({ slot, text, column, line }: Box): string {
  const x = MARGIN + column * CHARACTER_WIDTH;
  const y = MARGIN + LEGEND_HEIGHT + line * LINE_HEIGHT;
  const width = text.length * CHARACTER_WIDTH + 2;
  const isDropped = Number.isNaN(slot.cosine);
  const share = Math.min(1, Math.max(0, 1 - slot.cosine));
  const fill = slot.merged ? `hsl(210, 80%, ${(92 - 42 * share).toFixed(0)}%)` : 'white';
  const hint = slot.merged ? `<title>cosine ${slot.cosine.toFixed(3)}</title>` : '';
  const struck = isDropped ? ' text-decoration="line-through" fill="#999"' : '';
  return `<g><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BOX_HEIGHT}" rx="3" fill="${fill}" stroke="#bbb"/>${hint}<text x="${(x + 1).toFixed(1)}" y="${y + 14}"${struck}>${escapeMarkup(text)}</text></g>`;
}
