import { GeodesicError } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { type AnswerItem, beginning } from './answer-item.js';
import { DIGITS, Draw, LETTERS } from './draw.js';
import type { CellOf, ItemSource } from './task-run.js';

/** Words of random letters and digits are so long. */
const RANDOM_WORD = 5;
/** Of one word alone, every place of a string would be like every other. */
const FEWEST_WORDS = 2;

/**
 * Random strings to be copied: `length` tokens of random words, then again some of their tokens as a cue; the answer is what came
 * behind them. A model that copies finds the cue in the string and goes on from there (induction; Olsson et al., 2022).
 *
 * @throws GeodesicError `experiment.length` where a cue and an answer don't fit into the string, `experiment.text` where the text has no
 *   words to draw from
 */
export function copyItems(cell: CellOf<'copy'>, { tokenizer, corpus, seed }: ItemSource): AnswerItem[] {
  const { length, task } = cell;
  const { cue, answer } = task;
  const room = length - beginning(tokenizer).length - cue - answer;
  if (room < 1) {
    throw new GeodesicError(
      'experiment.length',
      `copy: a string of ${length} tokens has no room for a cue of ${cue} and an answer of ${answer}: give a greater length`,
    );
  }
  const draw = new Draw(seed);
  const words = task.of === 'words' ? corpus.words(FEWEST_WORDS) : [];
  return Array.from({ length: task.items }, () => {
    const text = randomTokens(tokenizer, length - beginning(tokenizer).length, () =>
      word(task.of, words, draw),
    );
    const start = draw.below(room);
    const [cueEnd, answerEnd] = [start + cue, start + cue + answer];
    return {
      prompt: [...beginning(tokenizer), ...text, ...text.slice(start, cueEnd)],
      answer: text.slice(cueEnd, answerEnd),
    };
  });
}

function word(of: CellOf<'copy'>['task']['of'], words: readonly string[], draw: Draw): string {
  if (of === 'words') return draw.one(words);
  return draw.characters(of === 'letters' ? LETTERS : DIGITS, RANDOM_WORD);
}

/** The first tokens of random words with spaces between them. */
function randomTokens(tokenizer: Tokenizer, length: number, next: () => string): number[] {
  const ids: number[] = [];
  while (ids.length < length) ids.push(...tokenizer.encode(` ${next()}`, { addSpecialTokens: false }));
  return ids.slice(0, length);
}
