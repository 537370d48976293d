import {
  type ArrowFunction,
  type CallExpression,
  type Expression,
  type Identifier,
  type NewExpression,
  Node,
  type ReturnStatement,
} from 'ts-morph';
import { unwrapped } from '../project/unwrapped.js';
import { usesOfName } from '../project/uses-of-name.js';
import { type CalledFunction, functionOf, isGeodesicCall } from './called-function.js';
import { boundTo, copied, type Flow, type Holder, inside } from './flow.js';

/** Methods that change the list that they are called on. */
const CHANGING_METHODS = [
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
];

/** Methods that give an element, and those that give a list with the same elements. */
const ELEMENT_METHODS = ['at', 'find', 'findLast', 'reduce', 'get'];
const LIST_METHODS = [
  'slice',
  'concat',
  'filter',
  'flat',
  'map',
  'flatMap',
  'values',
  'entries',
  'toSorted',
  'toReversed',
  'with',
];

/** Functions of JavaScript that change their first argument. */
const CHANGERS = [
  'Object.assign',
  'Object.defineProperty',
  'Object.defineProperties',
  'Object.setPrototypeOf',
  'Reflect.set',
  'Reflect.defineProperty',
  'Reflect.deleteProperty',
  'Reflect.setPrototypeOf',
];

/** Those that give their argument, those that give something new with its members, and those that give nothing of it. */
const GIVES_ITSELF = /^Object\.(freeze|seal|preventExtensions)$/;
const GIVES_MEMBERS = /^(Object\.(values|entries|fromEntries)|Array\.(from|of)|Set|Map)$/;
const GIVES_NOTHING =
  /^(console\.\w+|JSON\.stringify|structuredClone|Math\.\w+|Object\.\w+|Array\.isArray|Number|String|Boolean)$/;

/** Where an object goes that is an argument of a call, or is in one. */
export function argumentFlow(call: CallExpression | NewExpression, argument: Node, depth: number): Flow {
  const index = call.getArguments().indexOf(argument);
  if (index < 0 || isGeodesicCall(call)) return [];
  const callee = call.getExpression();
  const name = callee.getText();
  if (CHANGERS.includes(name)) {
    return index > 0
      ? [{ node: call, depth: copied(depth) }]
      : depth > 0
        ? [{ node: call, depth }]
        : undefined;
  }
  if (GIVES_ITSELF.test(name)) return [{ node: call, depth }];
  if (GIVES_MEMBERS.test(name)) return [{ node: call, depth: copied(depth) }, ...callbackFlow(call, depth)];
  if (GIVES_NOTHING.test(name) || isComparing(callee)) return [];
  const called = functionOf(callee);
  return called === undefined
    ? undefined
    : parameterFlow(called, index, Node.isSpreadElement(argument), depth);
}

/** `list.includes(object)` looks at it alone. */
function isComparing(callee: Expression): boolean {
  return Node.isPropertyAccessExpression(callee) && ['includes', 'indexOf'].includes(callee.getName());
}

/** To the uses of a parameter, or of all from there on. */
function parameterFlow(called: CalledFunction, index: number, isSpread: boolean, depth: number): Holder[] {
  const parameters = called.getParameters();
  const rest = parameters.findIndex((one) => one.isRestParameter());
  const first = rest >= 0 && rest < index ? rest : index;
  return parameters
    .slice(first, isSpread ? undefined : first + 1)
    .flatMap((one) => boundTo(one.getNameNode(), one.isRestParameter() ? depth + 1 : depth));
}

/** Where an object goes that a method is called of: to the functions that the method is given, and into what it gives. */
export function methodFlow(call: CallExpression, method: Node, depth: number): Flow {
  const name = Node.isPropertyAccessExpression(method) ? method.getName() : undefined;
  if (name === undefined) return undefined;
  if (CHANGING_METHODS.includes(name) && depth === 0) return undefined;
  const given = callbackFlow(call, depth);
  if (ELEMENT_METHODS.includes(name)) return [...given, { node: call, depth: inside(depth) }];
  return LIST_METHODS.includes(name) ? [...given, { node: call, depth: copied(depth) }] : given;
}

function callbackFlow(call: CallExpression | NewExpression, depth: number): Holder[] {
  return call.getArguments().flatMap((argument) => {
    const parameters = functionOf(argument)?.getParameters() ?? [];
    return parameters.flatMap((one) => boundTo(one.getNameNode(), inside(depth)));
  });
}

/** Where an object goes that a function returns: into the calls of the function, and of what the function is given to. */
export function resultFlow(from: ReturnStatement | ArrowFunction, depth: number): Flow {
  const made = Node.isArrowFunction(from)
    ? from
    : from.getFirstAncestor((one) => Node.isFunctionLikeDeclaration(one));
  if (Node.isFunctionDeclaration(made)) {
    const name = made.getNameNode();
    return name === undefined ? undefined : callsOf(usesOfName(name), depth);
  }
  if (!Node.isArrowFunction(made) && !Node.isFunctionExpression(made)) return undefined;
  const holder = made.getParent();
  const name = Node.isVariableDeclaration(holder) ? holder.getNameNode() : undefined;
  return callsOf(Node.isIdentifier(name) ? usesOfName(name) : [made], depth);
}

function callsOf(functions: readonly (Identifier | Expression)[], depth: number): Flow {
  const calls: Holder[] = [];
  for (const one of functions) {
    const parent = one.getParent();
    if (parent !== undefined && unwrapped(parent) === one) {
      const outer = callsOf([parent as Expression], depth);
      if (outer === undefined) return undefined;
      calls.push(...outer);
    } else if (Node.isCallExpression(parent)) {
      if (!isGeodesicCall(parent)) calls.push({ node: parent, depth });
    } else if (!Node.isTypeQuery(parent)) return undefined;
  }
  return calls;
}
