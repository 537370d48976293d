import { box, card, label, legend } from './card.mjs';
import { exampleStep, MERGE, WORDS } from './example.mjs';

const CELL = 19;
const ROW = 26;
const LEFT = 74;
const TOP = 42;
const NEW = 3;

/** What each layer has cached behind a prompt and three more tokens. */
export async function cachePicture(model) {
  const { slots } = await exampleStep(model, []);
  const tokens = WORDS.map(() => ({ merged: false }));
  const shapes = [label('entries of the KV cache', LEFT, 24, 'head')];
  for (let layer = 0; layer < 4; layer++) {
    const y = TOP + layer * ROW;
    const entries = layer <= MERGE.afterLayer ? tokens : slots;
    const kinds = [...entries.map(({ merged }) => (merged ? 'merged' : 'kept')), ...Array(NEW).fill('new')];
    shapes.push(label(`layer ${layer}`, LEFT - 10, y + 15, 'end'));
    shapes.push(kinds.map((kind, i) => box(kind, LEFT + i * CELL, y, CELL - 3, 20)));
    shapes.push(label(kinds.length, LEFT + kinds.length * CELL + 6, y + 15));
  }
  const y = TOP + 4 * ROW + 10;
  shapes.push(
    legend(
      [
        ['kept', 'one token'],
        ['merged', 'two tokens'],
        ['new', 'generated since'],
      ],
      y,
    ),
  );
  const title = `Layers up to the merge cache all ${WORDS.length} tokens, later ones ${slots.length} slots; new tokens are appended unmerged`;
  return card(title, y + 28, shapes);
}
