import { type AnyNode, GeodesicError, type OpAttributes, type OpName } from '@geodesic/compiler';
import { call, code, type Expression } from '../written-source/expression.js';
import { printText } from '../written-source/print-expression.js';
import type { Constants } from './constants.js';
import { opCalls } from './op-calls.js';
import type { Key, Step } from './step.js';

/**
 * A node as a step that is written as a call.
 *
 * @throws GeodesicError `emit.unsupported` for an op that needs the compiler while it runs
 */
export function nodeStep(
  node: AnyNode,
  operands: readonly Key[],
  label: Pick<Step, 'name' | 'fallback'>,
  constants: Constants,
): Step {
  const write = opCalls[node.op] as
    | ((operands: readonly Expression[], attributes: Expression, values: OpAttributes[OpName]) => Expression)
    | null;
  if (write === null) throw unsupported(node);
  const attributes = node.op === 'constant' ? code('') : constants.attributes(node);
  return {
    ...label,
    operands,
    write: (parts) => write(parts, attributes, node.attributes),
    isLeaf: node.op === 'constant',
  };
}

/** A weight, by its path from where the function looks. */
export function weightStep(path: string): Step {
  return {
    operands: [],
    fallback: 'weight',
    isLeaf: true,
    write: () => call('weight', code(printText(path))),
  };
}

function unsupported({ op, name }: AnyNode): GeodesicError {
  return new GeodesicError(
    'emit.unsupported',
    `'${name}' (${op}) can't be compiled ahead of time: run the model in a session, or leave out what needs it`,
  );
}
