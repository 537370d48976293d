import { isPlain, UNKNOWN } from './unknown.js';

/** More elements would be a mistake of the program that is read, and take all memory of the one that reads it. */
const MAX_LENGTH = 10_000;

/** A function of JavaScript itself by its name in the source (`Math.sqrt`), where it has no effects. */
export function builtInFunction(name: string): ((...args: never[]) => unknown) | undefined {
  const [holder, member = ''] = name.split('.');
  if (holder === 'Math' && member !== 'random') {
    const method = Math[member as keyof Math];
    return typeof method === 'function' ? (method as (...args: never[]) => unknown) : undefined;
  }
  if (name === 'Array.from') return arrayFrom;
  if (name === 'Array' || name === 'Array.of') return name === 'Array' ? arrayOf : (...items) => items;
  return undefined;
}

/** A constant of JavaScript itself by its name in the source. */
export function builtInConstant(name: string): unknown {
  const [holder, member = ''] = name.split('.');
  const constant = holder === 'Math' ? Math[member as keyof Math] : undefined;
  return typeof constant === 'number' ? constant : UNKNOWN;
}

function arrayOf(length: unknown): unknown {
  return isLength(length) ? Array.from({ length }) : UNKNOWN;
}

function arrayFrom(source: unknown, map?: (value: unknown, index: number) => unknown): unknown {
  if (!Array.isArray(source) && !isPlain(source) && typeof source !== 'string') return UNKNOWN;
  if (!isLength(source.length)) return UNKNOWN;
  const items = Array.from(source as ArrayLike<unknown>);
  return map === undefined ? items : items.map((value, index) => map(value, index));
}

function isLength(length: unknown): length is number {
  return Number.isSafeInteger(length) && (length as number) >= 0 && (length as number) <= MAX_LENGTH;
}
