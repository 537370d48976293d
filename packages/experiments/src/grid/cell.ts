import type { ListedMergeOptions, SlerpMergeOptions } from '@geodesic/compiler';
import type { BaselineName, CopyKind, NeedleKind } from '../spec/spec-schema.js';

/** What is asked of a model in one cell, with all that decides on its items. */
export type Task =
  | { readonly kind: 'nextToken'; readonly suffix: number; readonly passages: number }
  | {
      readonly kind: 'copy';
      readonly of: CopyKind;
      readonly cue: number;
      readonly answer: number;
      readonly items: number;
    }
  | { readonly kind: 'recall'; readonly items: number }
  | {
      readonly kind: 'needle';
      readonly of: NeedleKind;
      readonly depth: number;
      readonly items: number;
    }
  | { readonly kind: 'answers'; readonly maxNewTokens: number; readonly passages: number }
  | { readonly kind: 'speed'; readonly repeats: number; readonly newTokens: number }
  | { readonly kind: 'trace' };

export type TaskKind = Task['kind'];
export type TaskOf<Kind extends TaskKind> = Extract<Task, { kind: Kind }>;

/** One way to run the model: as it is, merged, or as a baseline beside a merge. */
export interface Variant {
  /** What reports call it. */
  readonly label: string;
  /** The layer that it works behind; none for the model as it is. */
  readonly layer?: number;
  /** One merge, or several as one record of lists. */
  readonly merge?: SlerpMergeOptions | ListedMergeOptions;
  readonly baseline?: BaselineName;
}

/** One point of a grid: what is computed, written and resumed as a whole. */
export interface Cell {
  /** Unlike every other's in the grid, and the same in every run of it. */
  readonly key: string;
  readonly model: string;
  /** A shipped text's name, or the path of a file. */
  readonly text: string;
  /** Tokens of the prompt, those of a question or cue at its end not counted. */
  readonly length: number;
  readonly task: Task;
  readonly variant: Variant;
}

/** What all variants of a cell are compared on: cells of one group share items, and the base's results on them. */
export function groupOf({ model, text, length, task }: Cell): string {
  return JSON.stringify([model, text, length, task]);
}
