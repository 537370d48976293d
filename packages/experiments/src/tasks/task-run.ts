import type { LanguageModel } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import type { Cell, TaskKind, TaskOf } from '../grid/cell.js';
import type { Samples } from '../metrics/metric-list.js';
import type { Corpus } from '../texts/corpus.js';
import type { Group } from './group.js';
import type { TextTrace } from './text-trace.js';

/** What a task works with. */
export interface TaskContext {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly corpus: Corpus;
  readonly group: Group;
  /** Chooses the items: the same for all cells of a group. */
  readonly seed: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Called between items: throws where the run was aborted, and lets a queue know that the cell is alive. */
  readonly alive: () => Promise<void>;
}

/** What the items of a cell are made of. */
export type ItemSource = Pick<TaskContext, 'tokenizer' | 'corpus' | 'seed'>;

/** What one cell measured. */
export interface TaskResult {
  readonly samples: Samples;
  readonly trace?: TextTrace;
}

/** A cell whose task is known. */
export type CellOf<Kind extends TaskKind> = Cell & { readonly task: TaskOf<Kind> };
