import type { Cell } from '../grid/cell.js';
import { answerItems, answersTask } from './answers.js';
import { copyItems } from './copy.js';
import { exactAnswerTask } from './exact-answers.js';
import { firstPassage } from './first-passage.js';
import { needleItems } from './needle.js';
import { nextTokenItems, nextTokenTask } from './next-token.js';
import { recallItems } from './recall.js';
import { speedTask } from './speed.js';
import type { CellOf, ItemSource, TaskContext, TaskResult } from './task-run.js';
import { traceTask } from './trace.js';

/**
 * Does what a cell asks of its model.
 *
 * @throws GeodesicError `experiment.text`, `experiment.length`, and those of the runtime
 */
export function runTask(cell: Cell, context: TaskContext): Promise<TaskResult> {
  if (isOf(cell, 'nextToken')) return nextTokenTask(cell, context);
  if (isOf(cell, 'copy')) return exactAnswerTask(cell, context, () => copyItems(cell, context));
  if (isOf(cell, 'recall')) return exactAnswerTask(cell, context, () => recallItems(cell, context));
  if (isOf(cell, 'needle')) return exactAnswerTask(cell, context, () => needleItems(cell, context));
  if (isOf(cell, 'answers')) return answersTask(cell, context);
  if (isOf(cell, 'speed')) return speedTask(cell, context);
  return traceTask(cell as CellOf<'trace'>, context);
}

/**
 * The items that `runTask` would ask about, for what keeps them from being made. Takes no model.
 *
 * @throws GeodesicError `experiment.text`, `experiment.length`
 */
export function makeItems(cell: Cell, source: ItemSource): readonly unknown[] {
  if (isOf(cell, 'nextToken')) return nextTokenItems(cell, source);
  if (isOf(cell, 'copy')) return copyItems(cell, source);
  if (isOf(cell, 'recall')) return recallItems(cell, source);
  if (isOf(cell, 'needle')) return needleItems(cell, source);
  if (isOf(cell, 'answers')) return answerItems(cell, source);
  return firstPassage(cell, source);
}

function isOf<Kind extends Cell['task']['kind']>(cell: Cell, kind: Kind): cell is CellOf<Kind> {
  return cell.task.kind === kind;
}
