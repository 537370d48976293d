import { box, card, label, legend } from './card.mjs';

const CELL = 14;
const ROW = 28;
const LEFT = 66;
const TOP = 42;
const PROMPT = 10;
const MERGE = { afterLayer: 1, keepStart: 2, keepEnd: 2, chunk: 4, stream: 'exact', protect: [] };

const single = (position) => ({ extent: [position, position], merged: false });

/** The slots of the later layers behind each step, as the traces of a session that streams tell them. */
async function slotsByStep(model, steps) {
  const session = model.session({ merge: MERGE });
  const prompt = await session.prefill([Array.from({ length: PROMPT }, (_, i) => i)]);
  let slots = [...prompt.merges[0].rows[0]];
  const rows = [slots];
  for (let step = 0; step < steps; step++) {
    const { merges } = await session.decode([[step]]);
    slots = [...slots, single(PROMPT + step)];
    const made = merges[0]?.rows[0] ?? [];
    if (made.length > 0) {
      const [start, end] = [made[0].extent[0], made.at(-1).extent[1]];
      const isOld = ({ extent }) => extent[0] >= start && extent[1] <= end;
      slots = [...slots.filter((slot) => !isOld(slot)), ...made].sort((a, b) => a.extent[0] - b.extent[0]);
    }
    if (slots.length !== session.slots[0])
      throw new Error(`drew ${slots.length} slots of ${session.slots[0]}`);
    rows.push(slots);
  }
  session.dispose();
  return rows;
}

/** How a chunk of generated tokens is merged whenever enough of them have come together. */
export async function streamingPicture(model) {
  const rows = await slotsByStep(model, 9);
  const shapes = [
    label(
      `slots of the layers behind the merge: keepStart ${MERGE.keepStart}, keepEnd ${MERGE.keepEnd}, chunk ${MERGE.chunk}`,
      16,
      24,
      'head',
    ),
  ];
  for (const [step, slots] of rows.entries()) {
    const y = TOP + step * ROW;
    const length = PROMPT + step;
    shapes.push(label(step === 0 ? 'prompt' : `token ${step}`, LEFT - 10, y + 15, 'end'));
    for (const { extent, merged } of slots) {
      const isKept = extent[0] < MERGE.keepStart || extent[1] >= length - MERGE.keepEnd;
      const kind = merged ? 'merged' : isKept ? 'kept' : 'token';
      shapes.push(box(kind, LEFT + extent[0] * CELL, y, (extent[1] - extent[0] + 1) * CELL - 2, 20));
    }
    shapes.push(label(`${length} tokens, ${slots.length} slots`, LEFT + length * CELL + 8, y + 15, 'quiet'));
  }
  const y = TOP + rows.length * ROW + 8;
  shapes.push(
    legend(
      [
        ['merged', 'merged'],
        ['token', 'waits for its chunk'],
        ['kept', 'kept start and end'],
      ],
      y,
    ),
  );
  return card(
    'Generated tokens wait until a chunk of them stands before the kept end, and are then merged',
    y + 28,
    shapes,
  );
}
