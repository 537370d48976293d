import { type CallExpression, type NewExpression, Node } from 'ts-morph';
import { resolveCallee } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { builtInFunction } from './built-in-calls.js';
import { listValue } from './composite-value.js';
import type { Evaluate, Frame } from './frame.js';
import type { Call, Interpreter } from './interpreter.js';
import { listMethod } from './list-methods.js';
import { isPlain, UNKNOWN } from './unknown.js';

/** The values of calls: of geodesic's functions, of JavaScript's own, and of the user's. */
export class Calls {
  readonly #project: SourceProject;
  readonly #interpreter: Interpreter;
  readonly #evaluate: Evaluate;

  constructor(project: SourceProject, interpreter: Interpreter, evaluate: Evaluate) {
    this.#project = project;
    this.#interpreter = interpreter;
    this.#evaluate = evaluate;
  }

  /** The value of `f(…)`. */
  call(node: CallExpression, frame: Frame | undefined): unknown {
    const callee = node.getExpression();
    const args = () => this.#arguments(node, frame);
    const meaning = resolveCallee(this.#project, callee);
    if (meaning?.kind === 'geodesic') return this.#geodesicCall(meaning.name, args(), node);
    const builtIn = builtInFunction(callee.getText());
    if (builtIn !== undefined && meaning === undefined) return applied(builtIn, args());
    if (Node.isPropertyAccessExpression(callee) && meaning === undefined) {
      const object = this.#evaluate(callee.getExpression(), frame);
      return this.#methodCall(object, callee.getName(), args(), node);
    }
    const called = this.#evaluate(callee, frame);
    const values = args();
    return typeof called === 'function' && Array.isArray(values) ? called(...values) : UNKNOWN;
  }

  /** The value of `new C(…)`. */
  construct(node: NewExpression, frame: Frame | undefined): unknown {
    const meaning = resolveCallee(this.#project, node.getExpression());
    if (meaning?.kind !== 'geodesic') return UNKNOWN;
    return this.#geodesicCall(meaning.name, this.#arguments(node, frame), node);
  }

  #arguments(node: Call, frame: Frame | undefined): unknown {
    return listValue(node.getArguments(), (argument) => this.#evaluate(argument, frame));
  }

  #geodesicCall(name: string, args: unknown, node: Call): unknown {
    return Array.isArray(args) ? this.#interpreter.call(name, args, node) : UNKNOWN;
  }

  #methodCall(object: unknown, name: string, args: unknown, node: CallExpression): unknown {
    if (!Array.isArray(args)) return UNKNOWN;
    if (Array.isArray(object)) {
      const method = listMethod(object, name);
      return method === undefined ? UNKNOWN : applied(method, args);
    }
    if (isPlain(object)) {
      const member = Object.hasOwn(object, name) ? object[name] : undefined;
      if (typeof member === 'function') return member(...args);
    }
    return typeof object === 'object' && object !== null
      ? this.#interpreter.method(object, name, args, node)
      : this.#interpreter.method({}, name, args, node);
  }
}

/** The result of a function of JavaScript itself, which must see no unknown value but inside of what it only hands on. */
function applied(called: (...args: never[]) => unknown, args: unknown): unknown {
  if (!Array.isArray(args) || args.some((one) => one === UNKNOWN)) return UNKNOWN;
  try {
    return called(...(args as never[]));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return UNKNOWN;
    throw error;
  }
}
