import { UNKNOWN } from './unknown.js';

/** Methods of lists that change nothing. */
const LIST_METHODS = [
  'map',
  'flatMap',
  'filter',
  'concat',
  'slice',
  'at',
  'includes',
  'join',
  'some',
  'every',
  'indexOf',
  'flat',
];

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

/** A method of a list that changes nothing. `fill` is one where nothing else holds the list: behind `Array(n)`. */
export function listMethod(
  list: readonly unknown[],
  name: string,
): ((...args: never[]) => unknown) | undefined {
  if (name === 'fill') return (value: never) => list.map(() => value);
  if (!LIST_METHODS.includes(name)) return undefined;
  const method = list[name as 'map'] as unknown as (...args: never[]) => unknown;
  return (...args) => method.apply(list, args);
}

function arrayOf(length: unknown): unknown {
  return isLength(length) ? Array.from({ length }) : UNKNOWN;
}

function arrayFrom(source: unknown, map?: (value: unknown, index: number) => unknown): unknown {
  const length = Array.isArray(source) ? source.length : (source as { length?: unknown } | null)?.length;
  if (!isLength(length)) return UNKNOWN;
  const items = Array.isArray(source) ? source : Array.from({ length });
  return map === undefined ? [...items] : items.map((value, index) => map(value, index));
}

function isLength(length: unknown): length is number {
  return Number.isSafeInteger(length) && (length as number) >= 0 && (length as number) <= MAX_LENGTH;
}
