import { type BindingElement, Node, type ParameterDeclaration } from 'ts-morph';
import { isChanged } from './changed-later.js';
import type { Evaluate, Frame } from './frame.js';
import { memberOf } from './literal-value.js';
import { propertyKey } from './property-key.js';
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
  frame.values.set(parameter, isChanged(parameter, value) ? UNKNOWN : value);
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

/** What an element of a pattern takes out of a value; `UNKNOWN` where its name may be another value later. */
export function takenFrom(
  element: BindingElement,
  whole: unknown,
  frame: Frame | undefined,
  evaluate: Evaluate,
): unknown {
  const value =
    element.getDotDotDotToken() === undefined ? memberOf(whole, keyOf(element)) : restOf(element, whole);
  const initializer = element.getInitializer();
  const taken = value === undefined && initializer !== undefined ? evaluate(initializer, frame) : value;
  return isChanged(element, taken) ? UNKNOWN : taken;
}

/** The place of an element in a list, or the key that it has in an object; `UNKNOWN` for a computed one. */
function keyOf(element: BindingElement): unknown {
  const pattern = element.getParent();
  if (Node.isArrayBindingPattern(pattern)) return pattern.getElements().indexOf(element);
  const name = element.getPropertyNameNode();
  return name === undefined ? element.getName() : (propertyKey(name) ?? UNKNOWN);
}

function restOf(element: BindingElement, whole: unknown): unknown {
  const pattern = element.getParent();
  if (!isPlain(whole) || Node.isArrayBindingPattern(pattern)) return UNKNOWN;
  const taken = pattern.getElements().map(keyOf);
  if (taken.includes(UNKNOWN)) return UNKNOWN;
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !taken.includes(key)));
}
