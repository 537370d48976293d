import { GeodesicError } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { type AnswerItem, beginning, encodeAnswer } from './answer-item.js';
import { Draw, LETTERS } from './draw.js';
import type { CellOf, ItemSource } from './task-run.js';

const KEY_LETTERS = 4;

/**
 * Associative recall: lines `key: value` of random letters that fill `length` tokens, then one of the keys again; the answer is its
 * value. The last tokens of the prompt are always the question, whatever the length.
 *
 * @throws GeodesicError `experiment.length` where not even two lines fit
 */
export function recallItems(
  { length, task }: CellOf<'recall'>,
  { tokenizer, seed }: ItemSource,
): AnswerItem[] {
  const draw = new Draw(seed);
  return Array.from({ length: task.items }, () => {
    const pairs = pairsThatFit(tokenizer, length - beginning(tokenizer).length, draw);
    const { key, value } = draw.one(pairs);
    const question = encodeAnswer(tokenizer, `${key}:`, ` ${value}`);
    return {
      prompt: [...beginning(tokenizer), ...pairs.flatMap(({ ids }) => ids), ...question.prompt],
      answer: question.answer,
    };
  });
}

interface Pair {
  readonly key: string;
  readonly value: string;
  readonly ids: readonly number[];
}

function pairsThatFit(tokenizer: Tokenizer, room: number, draw: Draw): Pair[] {
  const pairs: Pair[] = [];
  for (let used = 0; ; ) {
    const [key, value] = [draw.characters(LETTERS, KEY_LETTERS), draw.characters(LETTERS, KEY_LETTERS)];
    const ids = tokenizer.encode(`${key}: ${value}\n`, { addSpecialTokens: false });
    used += ids.length;
    if (used > room) break;
    if (pairs.every((pair) => pair.key !== key)) pairs.push({ key, value, ids });
  }
  if (pairs.length >= 2) return pairs;
  throw new GeodesicError(
    'experiment.length',
    `recall: ${room} tokens hold fewer than two pairs: give a greater length`,
  );
}
