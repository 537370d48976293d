import {
  type BindingElement,
  type CallExpression,
  type Expression,
  type Identifier,
  type NewExpression,
  Node,
  type ObjectLiteralExpression,
  type ParameterDeclaration,
  type PropertyAccessExpression,
  type Block as StatementBlock,
  SyntaxKind,
  type VariableDeclaration,
} from 'ts-morph';
import { type Meaning, resolveMember, resolveName } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { unwrapped } from '../project/unwrapped.js';
import { builtInConstant, builtInFunction, listMethod } from './built-in-calls.js';
import { isChangedLater } from './changed-later.js';
import { literalValue, memberOf } from './literal-value.js';
import { applyOperator } from './operators.js';
import { isPlain, UNKNOWN } from './unknown.js';

/** What geodesic's own names stand for, to whoever evaluates. */
export interface Interpreter {
  /** The value of a name that geodesic exports and that is no function, else `UNKNOWN`. */
  constant(name: string): unknown;
  /** The value of a call of a function that geodesic exports, whose arguments may hold `UNKNOWN`. */
  call(name: string, args: readonly unknown[], node: CallExpression | NewExpression): unknown;
  /** The value of a call of a method of something that is neither a literal nor a list. */
  method(object: object, name: string, args: readonly unknown[], node: CallExpression): unknown;
}

/** The values of one call's parameters and of what its body declares. */
interface Frame {
  readonly values: Map<Node, unknown>;
  readonly outer: Frame | undefined;
}

type Function = (Node & { getParameters(): ParameterDeclaration[]; getBody(): Node | undefined }) | undefined;

/** More of either would be a mistake of the program that is read. */
const MAX_DEPTH = 150;
const MAX_STEPS = 5_000_000;

/**
 * Tells the values of expressions from the source alone: literals, constants, arithmetic, objects, lists, and calls of functions
 * without effects. What depends on anything else is `UNKNOWN`. Nothing of the program that is read is run.
 */
export class Evaluator {
  readonly #project: SourceProject;
  readonly #interpreter: Interpreter;
  readonly #known = new Map<Node, unknown>();
  #depth = 0;
  #steps = 0;

  constructor(project: SourceProject, interpreter: Interpreter) {
    this.#project = project;
    this.#interpreter = interpreter;
  }

  /** The value of an expression, where parameters of the functions around it are unknown. */
  evaluate(node: Node): unknown {
    return this.#evaluate(node, undefined);
  }

  #evaluate(node: Node, frame: Frame | undefined): unknown {
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
  }

  #value(node: Node, frame: Frame | undefined): unknown {
    const literal = literalValue(node);
    if (literal !== undefined) return literal.value;
    const inner = unwrapped(node);
    if (inner !== undefined) return this.#evaluate(inner, frame);
    if (Node.isIdentifier(node)) return this.#identifier(node, frame);
    if (Node.isObjectLiteralExpression(node)) return this.#object(node, frame);
    if (Node.isArrayLiteralExpression(node)) return this.#list(node.getElements(), frame);
    if (Node.isPropertyAccessExpression(node)) return this.#property(node, frame);
    if (Node.isElementAccessExpression(node)) {
      const argument = node.getArgumentExpression();
      const key = argument === undefined ? UNKNOWN : this.#evaluate(argument, frame);
      return memberOf(this.#evaluate(node.getExpression(), frame), key);
    }
    return this.#operation(node, frame);
  }

  #property(node: PropertyAccessExpression, frame: Frame | undefined): unknown {
    const member = resolveMember(this.#project, node.getExpression(), node.getName());
    if (member !== undefined) return this.#meaning(member, frame);
    const constant = builtInConstant(node.getText());
    if (constant !== UNKNOWN) return constant;
    return memberOf(this.#evaluate(node.getExpression(), frame), node.getName());
  }

  #operation(node: Node, frame: Frame | undefined): unknown {
    if (Node.isConditionalExpression(node)) {
      const condition = this.#evaluate(node.getCondition(), frame);
      if (condition === UNKNOWN) return UNKNOWN;
      return this.#evaluate(condition ? node.getWhenTrue() : node.getWhenFalse(), frame);
    }
    if (Node.isBinaryExpression(node)) {
      const left = this.#evaluate(node.getLeft(), frame);
      const right = () => this.#evaluate(node.getRight(), frame);
      return applyOperator(node.getOperatorToken().getKind(), left, right);
    }
    if (Node.isPrefixUnaryExpression(node))
      return this.#prefix(node.getOperatorToken(), node.getOperand(), frame);
    if (Node.isTemplateExpression(node)) return this.#template(node, frame);
    if (Node.isArrowFunction(node) || Node.isFunctionExpression(node)) return this.#closure(node, frame);
    if (Node.isCallExpression(node)) return this.#call(node, frame);
    if (Node.isNewExpression(node)) return this.#construct(node, frame);
    return UNKNOWN;
  }

  #identifier(name: Identifier, frame: Frame | undefined): unknown {
    if (name.getText() === 'undefined') return undefined;
    const meaning = resolveName(this.#project, name);
    return meaning === undefined ? UNKNOWN : this.#meaning(meaning, frame);
  }

  #meaning(meaning: Meaning, frame: Frame | undefined): unknown {
    if (meaning.kind === 'geodesic') return this.#interpreter.constant(meaning.name);
    return meaning.kind === 'namespace' ? UNKNOWN : this.#declared(meaning.node, frame);
  }

  #declared(node: Node, frame: Frame | undefined): unknown {
    for (let at = frame; at !== undefined; at = at.outer) {
      if (at.values.has(node)) return at.values.get(node);
    }
    if (Node.isFunctionDeclaration(node)) return this.#closure(node, frame);
    if (Node.isBindingElement(node)) return this.#bound(node, frame);
    if (!Node.isVariableDeclaration(node)) return UNKNOWN;
    const value = this.#variable(node, frame);
    frame?.values.set(node, value);
    return value;
  }

  #variable(node: VariableDeclaration, frame: Frame | undefined): unknown {
    const initializer = node.getInitializer();
    if (initializer === undefined || isChangedLater(node)) return UNKNOWN;
    const inFrame = isInside(node, frame) ? frame : undefined;
    return this.#evaluate(initializer, inFrame);
  }

  /** A name of a pattern: `const { a } = b`. Those of parameters are in frames. */
  #bound(element: BindingElement, frame: Frame | undefined): unknown {
    const pattern = element.getParent();
    const holder = pattern.getParent();
    if (Node.isParameterDeclaration(holder)) return UNKNOWN;
    if (Node.isBindingElement(holder)) return this.#taken(element, this.#bound(holder, frame), frame);
    const initializer = holder.getInitializer();
    // That of a loop has none.
    if (initializer === undefined) return UNKNOWN;
    const whole = this.#evaluate(initializer, isInside(holder, frame) ? frame : undefined);
    return this.#taken(element, whole, frame);
  }

  /** What an element of a pattern takes out of a value. */
  #taken(element: BindingElement, whole: unknown, frame: Frame | undefined): unknown {
    const pattern = element.getParent();
    if (element.getDotDotDotToken() !== undefined) return this.#rest(element, whole);
    const key = Node.isArrayBindingPattern(pattern)
      ? pattern.getElements().indexOf(element)
      : (element.getPropertyNameNode()?.getText() ?? element.getName());
    const value = memberOf(whole, key);
    const initializer = element.getInitializer();
    return value === undefined && initializer !== undefined ? this.#evaluate(initializer, frame) : value;
  }

  #rest(element: BindingElement, whole: unknown): unknown {
    const pattern = element.getParent();
    if (!isPlain(whole) || Node.isArrayBindingPattern(pattern)) return UNKNOWN;
    const taken = pattern.getElements().map((one) => one.getPropertyNameNode()?.getText() ?? one.getName());
    return Object.fromEntries(Object.entries(whole).filter(([key]) => !taken.includes(key)));
  }

  #object(node: ObjectLiteralExpression, frame: Frame | undefined): unknown {
    const value: Record<string, unknown> = {};
    for (const property of node.getProperties()) {
      if (Node.isSpreadAssignment(property)) {
        const spread = this.#evaluate(property.getExpression(), frame);
        if (spread === undefined || spread === null) continue;
        if (!isPlain(spread)) return UNKNOWN;
        Object.assign(value, spread);
      } else if (Node.isPropertyAssignment(property)) {
        const name = property.getNameNode();
        if (Node.isComputedPropertyName(name)) return UNKNOWN;
        const key = Node.isStringLiteral(name) ? name.getLiteralValue() : name.getText();
        value[key] = this.#evaluate(property.getInitializerOrThrow(), frame);
      } else if (Node.isShorthandPropertyAssignment(property)) {
        value[property.getName()] = this.#identifier(property.getNameNode(), frame);
      } else {
        value[property.getName()] = UNKNOWN;
      }
    }
    return value;
  }

  #list(elements: readonly Expression[], frame: Frame | undefined): unknown {
    const list: unknown[] = [];
    for (const element of elements) {
      if (!Node.isSpreadElement(element)) {
        list.push(this.#evaluate(element, frame));
        continue;
      }
      const spread = this.#evaluate(element.getExpression(), frame);
      if (!Array.isArray(spread)) return UNKNOWN;
      list.push(...spread);
    }
    return list;
  }

  #prefix(operator: SyntaxKind, operand: Node, frame: Frame | undefined): unknown {
    const value = this.#evaluate(operand, frame);
    if (value === UNKNOWN) return UNKNOWN;
    if (operator === SyntaxKind.ExclamationToken) return !value;
    if (typeof value !== 'number') return UNKNOWN;
    if (operator === SyntaxKind.MinusToken) return -value;
    return operator === SyntaxKind.PlusToken ? value : UNKNOWN;
  }

  #template(node: Node, frame: Frame | undefined): unknown {
    if (!Node.isTemplateExpression(node)) return UNKNOWN;
    let text = node.getHead().getLiteralText();
    for (const span of node.getTemplateSpans()) {
      const value = this.#evaluate(span.getExpression(), frame);
      if (!['string', 'number', 'boolean'].includes(typeof value)) return UNKNOWN;
      text += `${String(value)}${span.getLiteral().getLiteralText()}`;
    }
    return text;
  }

  #call(node: CallExpression, frame: Frame | undefined): unknown {
    const callee = node.getExpression();
    const args = () => this.#list(node.getArguments() as Expression[], frame);
    const meaning = this.#calleeMeaning(callee);
    if (meaning?.kind === 'geodesic') return this.#geodesicCall(meaning.name, args(), node);
    const builtIn = builtInFunction(callee.getText());
    if (builtIn !== undefined && meaning === undefined) return applied(builtIn, args());
    if (Node.isPropertyAccessExpression(callee) && meaning === undefined) {
      return this.#methodCall(this.#evaluate(callee.getExpression(), frame), callee.getName(), args(), node);
    }
    const called = this.#evaluate(callee, frame);
    const values = args();
    return typeof called === 'function' && Array.isArray(values) ? called(...values) : UNKNOWN;
  }

  #calleeMeaning(callee: Node): Meaning | undefined {
    if (Node.isIdentifier(callee)) return resolveName(this.#project, callee);
    return Node.isPropertyAccessExpression(callee)
      ? resolveMember(this.#project, callee.getExpression(), callee.getName())
      : undefined;
  }

  #geodesicCall(name: string, args: unknown, node: CallExpression | NewExpression): unknown {
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

  #construct(node: NewExpression, frame: Frame | undefined): unknown {
    const meaning = this.#calleeMeaning(node.getExpression());
    if (meaning?.kind !== 'geodesic') return UNKNOWN;
    return this.#geodesicCall(meaning.name, this.#list(node.getArguments() as Expression[], frame), node);
  }

  /** A function of the user's, which is interpreted when it is called. */
  #closure(node: Function, frame: Frame | undefined): (...args: unknown[]) => unknown {
    return (...args) => {
      const inner: Frame = { values: new Map(), outer: frame };
      node?.getParameters().forEach((parameter, i) => {
        this.#bindParameter(parameter, parameter.isRestParameter() ? args.slice(i) : args[i], inner);
      });
      const body = node?.getBody();
      if (body === undefined) return UNKNOWN;
      return Node.isBlock(body) ? this.#run(body, inner) : this.#evaluate(body, inner);
    };
  }

  #bindParameter(parameter: ParameterDeclaration, given: unknown, frame: Frame): void {
    const initializer = parameter.getInitializer();
    const value =
      given === undefined && initializer !== undefined ? this.#evaluate(initializer, frame) : given;
    frame.values.set(parameter, value);
    this.#bindPattern(parameter.getNameNode(), value, frame);
  }

  #bindPattern(pattern: Node, value: unknown, frame: Frame): void {
    if (!Node.isObjectBindingPattern(pattern) && !Node.isArrayBindingPattern(pattern)) return;
    for (const element of pattern.getElements()) {
      if (!Node.isBindingElement(element)) continue;
      const taken = this.#taken(element, value, frame);
      frame.values.set(element, taken);
      this.#bindPattern(element.getNameNode(), taken, frame);
    }
  }

  /** Statements up to the return; of branches only those whose condition is known. */
  #run(block: StatementBlock, frame: Frame): unknown {
    const result = this.#statements(block, frame);
    return result === FALLEN_THROUGH ? undefined : result;
  }

  #statements(block: StatementBlock, frame: Frame): unknown {
    for (const statement of block.getStatements()) {
      const result = this.#statement(statement, frame);
      if (result !== FALLEN_THROUGH) return result;
    }
    return FALLEN_THROUGH;
  }

  #statement(statement: Node, frame: Frame): unknown {
    if (Node.isReturnStatement(statement)) {
      const value = statement.getExpression();
      return value === undefined ? undefined : this.#evaluate(value, frame);
    }
    if (Node.isBlock(statement)) return this.#statements(statement, frame);
    if (Node.isVariableStatement(statement) || Node.isFunctionDeclaration(statement)) return FALLEN_THROUGH;
    if (Node.isExpressionStatement(statement)) return FALLEN_THROUGH;
    if (!Node.isIfStatement(statement)) return UNKNOWN;
    const condition = this.#evaluate(statement.getExpression(), frame);
    if (condition === UNKNOWN) return UNKNOWN;
    const branch = condition ? statement.getThenStatement() : statement.getElseStatement();
    return branch === undefined ? FALLEN_THROUGH : this.#statement(branch, frame);
  }
}

const FALLEN_THROUGH = Symbol('fallen through');

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

/** Whether a declaration stands in a function whose call a frame is of: anything else is evaluated once for all. */
function isInside(node: Node, frame: Frame | undefined): boolean {
  return frame !== undefined && node.getFirstAncestor(isFunction) !== undefined;
}

function isFunction(node: Node): boolean {
  return (
    Node.isArrowFunction(node) ||
    Node.isFunctionExpression(node) ||
    Node.isFunctionDeclaration(node) ||
    Node.isMethodDeclaration(node)
  );
}
