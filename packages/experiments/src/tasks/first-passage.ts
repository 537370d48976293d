import type { Cell } from '../grid/cell.js';
import type { ItemSource } from './task-run.js';

/** The one prompt of tasks that need no more, as a list of one list of token ids. */
export function firstPassage({ length }: Cell, { tokenizer, corpus, seed }: ItemSource): number[][] {
  return corpus.passages(tokenizer, 1, length, seed);
}
