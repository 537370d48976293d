import { type BindingElement, type Identifier, Node, type VariableDeclaration } from 'ts-morph';
import { type Meaning, resolveName } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { isChanged } from './changed-later.js';
import { closure } from './closure.js';
import { type Evaluate, type Frame, isInside } from './frame.js';
import type { Interpreter } from './interpreter.js';
import { takenFrom } from './patterns.js';
import { UNKNOWN } from './unknown.js';

/** The values of names, by what declares them. */
export class Names {
  readonly #project: SourceProject;
  readonly #interpreter: Interpreter;
  readonly #evaluate: Evaluate;

  constructor(project: SourceProject, interpreter: Interpreter, evaluate: Evaluate) {
    this.#project = project;
    this.#interpreter = interpreter;
    this.#evaluate = evaluate;
  }

  valueOfName(name: Identifier, frame: Frame | undefined): unknown {
    if (name.getText() === 'undefined') return undefined;
    const meaning = resolveName(this.#project, name);
    return meaning === undefined ? UNKNOWN : this.valueOfMeaning(meaning, frame);
  }

  /** The value of what a name, or a member of a module, stands for. */
  valueOfMeaning(meaning: Meaning, frame: Frame | undefined): unknown {
    if (meaning.kind === 'geodesic') return this.#interpreter.constant(meaning.name);
    return meaning.kind === 'namespace' ? UNKNOWN : this.#declared(meaning.node, frame);
  }

  #declared(node: Node, frame: Frame | undefined): unknown {
    for (let at = frame; at !== undefined; at = at.outer) {
      if (at.values.has(node)) return at.values.get(node);
    }
    if (Node.isFunctionDeclaration(node)) return closure(node, frame, this.#evaluate);
    if (Node.isBindingElement(node)) return this.#bound(node, frame);
    if (!Node.isVariableDeclaration(node)) return UNKNOWN;
    const value = this.#variable(node, frame);
    frame?.values.set(node, value);
    return value;
  }

  #variable(node: VariableDeclaration, frame: Frame | undefined): unknown {
    const initializer = node.getInitializer();
    if (initializer === undefined) return UNKNOWN;
    const inFrame = isInside(node, frame) ? frame : undefined;
    const value = this.#evaluate(initializer, inFrame);
    return isChanged(node, value) ? UNKNOWN : value;
  }

  /** A name of a pattern: `const { a } = b`. Those of parameters are in frames. */
  #bound(element: BindingElement, frame: Frame | undefined): unknown {
    const holder = element.getParent().getParent();
    if (Node.isParameterDeclaration(holder)) return UNKNOWN;
    if (Node.isBindingElement(holder)) return this.#taken(element, this.#bound(holder, frame), frame);
    const initializer = holder.getInitializer();
    // That of a loop has none.
    if (initializer === undefined) return UNKNOWN;
    const whole = this.#evaluate(initializer, isInside(holder, frame) ? frame : undefined);
    return this.#taken(element, whole, frame);
  }

  #taken(element: BindingElement, whole: unknown, frame: Frame | undefined): unknown {
    return takenFrom(element, whole, frame, this.#evaluate);
  }
}
