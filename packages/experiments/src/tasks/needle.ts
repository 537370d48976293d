import { GeodesicError } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { type AnswerItem, encodeAnswer } from './answer-item.js';
import { Draw } from './draw.js';
import {
  hasRandomWords,
  RANDOM_WORDS,
  type Statement,
  statementAbout,
  withOwnSurnames,
} from './needle-statements.js';
import type { CellOf, ItemSource } from './task-run.js';

/** Needles of one item: one is asked for, the others could be mistaken for it. */
const NEEDLES = 3;

const PEOPLE = [
  'Alice',
  'Robert',
  'Clara',
  'Daniel',
  'Emma',
  'Frank',
  'Grace',
  'Henry',
  'Irene',
  'James',
  'Kate',
  'Louis',
  'Martha',
  'Nathan',
  'Olivia',
  'Peter',
  'Rachel',
  'Samuel',
  'Teresa',
  'Victor',
];

/**
 * Needles in a haystack: facts about three named people hidden in a passage, one of them asked for at the end. Passage and facts are
 * `length` tokens together. The fact that is asked for stands at `depth` of the passage (0 its start, 1 its end), the others at
 * random places.
 *
 * @throws GeodesicError `experiment.length` where the facts leave no room for a passage, `experiment.text` where the text has too few
 *   passages, or words
 */
export function needleItems(cell: CellOf<'needle'>, source: ItemSource): AnswerItem[] {
  const { length, task } = cell;
  const { tokenizer, corpus, seed } = source;
  const draw = new Draw(seed);
  // Of their own, so that what else is drawn of an item stays what it was without a shorter prompt, and without two alike surnames.
  const spare = new Draw(seed);
  const redraw = new Draw(seed);
  const words = hasRandomWords(task.of) ? corpus.words(RANDOM_WORDS) : [];
  const passages = corpus.passages(tokenizer, task.items, length, seed);
  return passages.map((passage) => {
    const people = draw.several(PEOPLE, NEEDLES);
    const drawn = people.map((person) => statementAbout(person, task.of, draw, words));
    const statements = task.of === 'names' ? withOwnSurnames(drawn, redraw) : drawn;
    const facts = statements.map((statement) => factAbout(tokenizer, statement));
    const room = length - facts.reduce((sum, { ids }) => sum + ids.length, 0);
    if (room < NEEDLES) throw tooShort(length, room);
    const depths = facts.map((_, i) => (i === 0 ? task.depth : draw.below(1000) / 1000));
    const places = depths.map((depth) => Math.max(1, Math.round(depth * room)));
    const dropped = 1 + spare.below(room - 1);
    const { question } = facts[0] as Fact;
    const prompt = (haystack: readonly number[]) => [...haystack, ...question.prompt];
    return {
      prompt: prompt(hide(facts, places, passage.slice(0, room))),
      shorterPrompt: prompt(
        hide(
          facts,
          places.map((place) => (place > dropped ? place - 1 : place)),
          passage.slice(0, room).filter((_, i) => i !== dropped),
        ),
      ),
      answer: question.answer,
    };
  });
}

interface Fact {
  readonly ids: readonly number[];
  readonly question: AnswerItem;
}

function factAbout(tokenizer: Tokenizer, { subject, value, end }: Statement): Fact {
  return {
    ids: tokenizer.encode(` ${subject} ${value}${end}`, { addSpecialTokens: false }),
    question: encodeAnswer(tokenizer, `\n\n${subject}`, ` ${value}`),
  };
}

/** Puts each fact into the passage, behind as many of its tokens; those at the same place in the order that they come. */
function hide(facts: readonly Fact[], places: readonly number[], passage: readonly number[]): number[] {
  const inserted = facts
    .map(({ ids }, i) => ({ ids, place: places[i] as number }))
    .sort((a, b) => a.place - b.place);
  const starts = [0, ...inserted.map(({ place }) => place)];
  const parts = inserted.map(({ ids, place }, i) => [...passage.slice(starts[i], place), ...ids]);
  return [...parts.flat(), ...passage.slice(starts.at(-1))];
}

function tooShort(length: number, room: number): GeodesicError {
  return new GeodesicError(
    'experiment.length',
    `needle: ${length} tokens leave ${room} for the passage: give a greater length`,
  );
}
