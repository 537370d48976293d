import { type BindingElement, Node, type ParameterDeclaration } from 'ts-morph';
import type { Evaluate, Frame } from './frame.js';
import { memberOf } from './literal-value.js';
import { isPlain, UNKNOWN } from './unknown.js';

/** Gives a parameter, and every name of its pattern, its value in the frame of a call. */
export function bindParameter(
  parameter: ParameterDeclaration,
  given: unknown,
  frame: Frame,
  evaluate: Evaluate,
): void {
  const initializer = parameter.getInitializer();
  const value = given === undefined && initializer !== undefined ? evaluate(initializer, frame) : given;
  frame.values.set(parameter, value);
  bindPattern(parameter.getNameNode(), value, frame, evaluate);
}

function bindPattern(pattern: Node, value: unknown, frame: Frame, evaluate: Evaluate): void {
  if (!Node.isObjectBindingPattern(pattern) && !Node.isArrayBindingPattern(pattern)) return;
  for (const element of pattern.getElements()) {
    if (!Node.isBindingElement(element)) continue;
    const taken = takenFrom(element, value, frame, evaluate);
    frame.values.set(element, taken);
    bindPattern(element.getNameNode(), taken, frame, evaluate);
  }
}

/** What an element of a pattern takes out of a value. */
export function takenFrom(
  element: BindingElement,
  whole: unknown,
  frame: Frame | undefined,
  evaluate: Evaluate,
): unknown {
  const pattern = element.getParent();
  if (element.getDotDotDotToken() !== undefined) return restOf(element, whole);
  const key = Node.isArrayBindingPattern(pattern)
    ? pattern.getElements().indexOf(element)
    : (element.getPropertyNameNode()?.getText() ?? element.getName());
  const value = memberOf(whole, key);
  const initializer = element.getInitializer();
  return value === undefined && initializer !== undefined ? evaluate(initializer, frame) : value;
}

function restOf(element: BindingElement, whole: unknown): unknown {
  const pattern = element.getParent();
  if (!isPlain(whole) || Node.isArrayBindingPattern(pattern)) return UNKNOWN;
  const taken = pattern.getElements().map((one) => one.getPropertyNameNode()?.getText() ?? one.getName());
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !taken.includes(key)));
}
