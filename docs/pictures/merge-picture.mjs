import { card, label, labelledBox, legend, line } from './card.mjs';
import { exampleStep, isProtected, MERGE, MERGED, WORDS } from './example.mjs';

const ROW = 27;
const TOP = 44;
const COLUMNS = { extent: 288, size: 335, position: 385, predicts: 442 };

const kindOf = (index) => {
  if (index < MERGE.keepStart || index >= WORDS.length - MERGE.keepEnd) return 'kept';
  return isProtected(WORDS[index]) ? 'protected' : 'token';
};

/** A row of tokens on the left, the slots that a merge makes of them on the right, with what each slot knows of itself. */
export async function mergePicture(model) {
  const streams = ['positionIds', 'sizes'].map((name) => `${MERGED}.${name}`);
  const { value, slots, targets } = await exampleStep(model, streams);
  const [positions, sizes] = streams.map(value);
  const shapes = [label('token', 66, 24, 'head middle'), label('slot', 202, 24, 'head middle')];
  for (const [name, x] of Object.entries(COLUMNS)) shapes.push(label(name, x, 24, 'head middle'));
  for (const [i, word] of WORDS.entries()) {
    const y = TOP + i * ROW;
    shapes.push(label(i, 26, y + 15, 'quiet end'), labelledBox(kindOf(i), word, 34, y, 64, 21));
  }
  for (const [i, { extent, merged }] of slots.entries()) {
    const [first, last] = extent;
    const y = TOP + ((first + last) / 2) * ROW;
    const text = WORDS.slice(first, last + 1).join(' ');
    for (let token = first; token <= last; token++) {
      shapes.push(
        line(
          `M98 ${TOP + token * ROW + 10.5} C 124 ${TOP + token * ROW + 10.5} 124 ${y + 10.5} 150 ${y + 10.5}`,
        ),
      );
    }
    shapes.push(labelledBox(merged ? 'merged' : kindOf(first), text, 150, y, 104, 21));
    const known = {
      extent: merged ? `${first}–${last}` : first,
      size: sizes[i],
      position: positions[i],
      predicts: targets[i],
    };
    for (const [name, x] of Object.entries(COLUMNS)) shapes.push(label(known[name], x, y + 15, 'middle'));
  }
  const y = TOP + WORDS.length * ROW + 10;
  shapes.push(
    legend(
      [
        ['merged', 'merged'],
        ['protected', 'protected'],
        ['kept', 'kept start and end'],
        ['token', 'left alone'],
      ],
      y,
    ),
  );
  const title = `${WORDS.length} tokens become ${slots.length} slots; each slot has an extent, a size, a position and what it predicts`;
  return card(title, y + 28, shapes);
}
