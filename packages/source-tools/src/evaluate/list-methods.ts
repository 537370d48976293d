import { holdsUnknown, isSimple, UNKNOWN } from './unknown.js';

type Method = (...args: never[]) => unknown;

/** Methods that only move elements, of which none needs to be known. */
const MOVING = ['map', 'concat', 'slice', 'at'];

/** Methods that decide by what their function gives for the elements, or take its lists apart. */
const DECIDING = ['filter', 'some', 'every', 'flatMap'];

/** Methods that look at the elements themselves. */
const LOOKING = ['includes', 'indexOf', 'join', 'flat'];

/**
 * A method of a list that changes nothing; it gives `UNKNOWN` where its result depends on what can't be told. `fill` is one where
 * nothing else holds the list: behind `Array(n)`.
 */
export function listMethod(list: readonly unknown[], name: string): Method | undefined {
  const call = (args: readonly unknown[]) => (list[name as 'map'] as Method).apply(list, args as never[]);
  if (name === 'fill') return (...args: [never]) => [...list].fill(...args);
  if (MOVING.includes(name)) return (...args) => call(args);
  if (DECIDING.includes(name)) return (decide, ...args) => decided(decide, (known) => call([known, ...args]));
  if (!LOOKING.includes(name)) return undefined;
  return (...args) => (holdsUnknown(list) || !args.every(isSimple) ? UNKNOWN : call(args));
}

/** What `body` gives with a function that is not asked any further once it gives what can't be told. */
function decided(decide: Method, body: (known: Method) => unknown): unknown {
  let isTold = true;
  const result = body((...args) => {
    const value = isTold ? decide(...args) : UNKNOWN;
    isTold &&= value !== UNKNOWN;
    return value;
  });
  return isTold ? result : UNKNOWN;
}
