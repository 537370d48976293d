import { Node, type PropertyAccessExpression } from 'ts-morph';
import { resolveMember } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { unwrapped } from '../project/unwrapped.js';
import { builtInConstant } from './built-in-calls.js';
import { Calls } from './calls.js';
import { closure } from './closure.js';
import { listValue, objectValue, templateValue } from './composite-value.js';
import type { Evaluate, Frame } from './frame.js';
import type { Interpreter } from './interpreter.js';
import { literalValue, memberOf } from './literal-value.js';
import { Names } from './names.js';
import { applyOperator, applyPrefix } from './operators.js';
import { UNKNOWN } from './unknown.js';

/** More of either would be a mistake of the program that is read. */
const MAX_DEPTH = 150;
const MAX_STEPS = 5_000_000;

/**
 * Tells the values of expressions from the source alone: literals, constants, arithmetic, objects, lists, and calls of functions
 * without effects. What depends on anything else is `UNKNOWN`. Nothing of the program that is read is run.
 */
export class Evaluator {
  readonly #project: SourceProject;
  readonly #names: Names;
  readonly #calls: Calls;
  readonly #known = new Map<Node, unknown>();
  #depth = 0;
  #steps = 0;

  constructor(project: SourceProject, interpreter: Interpreter) {
    this.#project = project;
    this.#names = new Names(project, interpreter, this.#evaluate);
    this.#calls = new Calls(project, interpreter, this.#evaluate);
  }

  /** The value of an expression, where parameters of the functions around it are unknown. */
  evaluate(node: Node): unknown {
    return this.#evaluate(node, undefined);
  }

  readonly #evaluate: Evaluate = (node, frame) => {
    if (frame === undefined && this.#known.has(node)) return this.#known.get(node);
    if (this.#depth >= MAX_DEPTH || this.#steps++ >= MAX_STEPS) return UNKNOWN;
    this.#depth++;
    if (frame === undefined) this.#known.set(node, UNKNOWN);
    try {
      const value = this.#value(node, frame);
      if (frame === undefined) this.#known.set(node, value);
      return value;
    } finally {
      this.#depth--;
    }
  };

  #value(node: Node, frame: Frame | undefined): unknown {
    const evaluate = (part: Node) => this.#evaluate(part, frame);
    const literal = literalValue(node);
    if (literal !== undefined) return literal.value;
    const inner = unwrapped(node);
    if (inner !== undefined) return evaluate(inner);
    if (Node.isIdentifier(node)) return this.#names.valueOfName(node, frame);
    if (Node.isObjectLiteralExpression(node)) {
      return objectValue(node, evaluate, (name) => this.#names.valueOfName(name, frame));
    }
    if (Node.isArrayLiteralExpression(node)) return listValue(node.getElements(), evaluate);
    if (Node.isPropertyAccessExpression(node)) return this.#property(node, frame);
    if (Node.isElementAccessExpression(node)) {
      const argument = node.getArgumentExpression();
      const key = argument === undefined ? UNKNOWN : evaluate(argument);
      return memberOf(evaluate(node.getExpression()), key);
    }
    return this.#operation(node, frame);
  }

  #property(node: PropertyAccessExpression, frame: Frame | undefined): unknown {
    const member = resolveMember(this.#project, node.getExpression(), node.getName());
    if (member !== undefined) return this.#names.valueOfMeaning(member, frame);
    const constant = builtInConstant(node.getText());
    if (constant !== UNKNOWN) return constant;
    return memberOf(this.#evaluate(node.getExpression(), frame), node.getName());
  }

  #operation(node: Node, frame: Frame | undefined): unknown {
    const evaluate = (part: Node) => this.#evaluate(part, frame);
    if (Node.isConditionalExpression(node)) {
      const condition = evaluate(node.getCondition());
      if (condition === UNKNOWN) return UNKNOWN;
      return evaluate(condition ? node.getWhenTrue() : node.getWhenFalse());
    }
    if (Node.isBinaryExpression(node)) {
      const left = evaluate(node.getLeft());
      return applyOperator(node.getOperatorToken().getKind(), left, () => evaluate(node.getRight()));
    }
    if (Node.isPrefixUnaryExpression(node)) {
      return applyPrefix(node.getOperatorToken(), evaluate(node.getOperand()));
    }
    if (Node.isTemplateExpression(node)) return templateValue(node, evaluate);
    if (Node.isArrowFunction(node) || Node.isFunctionExpression(node)) {
      return closure(node, frame, this.#evaluate);
    }
    if (Node.isCallExpression(node)) return this.#calls.call(node, frame);
    if (Node.isNewExpression(node)) return this.#calls.construct(node, frame);
    return UNKNOWN;
  }
}
