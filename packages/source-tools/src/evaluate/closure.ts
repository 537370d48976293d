import { Node, type ParameterDeclaration, type Block as StatementBlock } from 'ts-morph';
import type { Evaluate, Frame } from './frame.js';
import { bindParameter } from './patterns.js';
import { UNKNOWN } from './unknown.js';

type FunctionNode = Node & { getParameters(): ParameterDeclaration[]; getBody(): Node | undefined };

/** A function of the user's, which is interpreted when it is called; `outer` is the frame that it was made in. */
export function closure(
  node: FunctionNode,
  outer: Frame | undefined,
  evaluate: Evaluate,
): (...args: unknown[]) => unknown {
  return (...args) => {
    const frame: Frame = { values: new Map(), outer };
    node.getParameters().forEach((parameter, i) => {
      bindParameter(parameter, parameter.isRestParameter() ? args.slice(i) : args[i], frame, evaluate);
    });
    const body = node.getBody();
    if (body === undefined) return UNKNOWN;
    return Node.isBlock(body) ? runBlock(body, frame, evaluate) : evaluate(body, frame);
  };
}

/** Statements up to the return; of branches only those whose condition is known. */
function runBlock(block: StatementBlock, frame: Frame, evaluate: Evaluate): unknown {
  const result = runStatements(block, frame, evaluate);
  return result === FALLEN_THROUGH ? undefined : result;
}

const FALLEN_THROUGH = Symbol('fallen through');

function runStatements(block: StatementBlock, frame: Frame, evaluate: Evaluate): unknown {
  for (const statement of block.getStatements()) {
    const result = runStatement(statement, frame, evaluate);
    if (result !== FALLEN_THROUGH) return result;
  }
  return FALLEN_THROUGH;
}

function runStatement(statement: Node, frame: Frame, evaluate: Evaluate): unknown {
  if (Node.isReturnStatement(statement)) {
    const value = statement.getExpression();
    return value === undefined ? undefined : evaluate(value, frame);
  }
  if (Node.isBlock(statement)) return runStatements(statement, frame, evaluate);
  if (Node.isVariableStatement(statement) || Node.isFunctionDeclaration(statement)) return FALLEN_THROUGH;
  if (Node.isExpressionStatement(statement)) return FALLEN_THROUGH;
  if (!Node.isIfStatement(statement)) return UNKNOWN;
  const condition = evaluate(statement.getExpression(), frame);
  if (condition === UNKNOWN) return UNKNOWN;
  const branch = condition ? statement.getThenStatement() : statement.getElseStatement();
  return branch === undefined ? FALLEN_THROUGH : runStatement(branch, frame, evaluate);
}
