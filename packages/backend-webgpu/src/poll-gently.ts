type SetImmediate = (callback: (...given: unknown[]) => void, ...given: unknown[]) => unknown;

/** Milliseconds between two looks at whether the device is done: few beside a step on a rasteriser. */
const INTERVAL = 1;

let done = false;

/**
 * Lets Dawn in Node ask its device every millisecond whether it is done. By itself it asks in every turn of the event loop, by
 * `setImmediate`, which takes a core for as long as a step lasts: a rasteriser computes on the same cores.
 */
export function pollGently(): void {
  const scope = globalThis as unknown as { setImmediate?: SetImmediate };
  const { setImmediate } = scope;
  if (done || setImmediate === undefined) return;
  done = true;
  const gentle: SetImmediate = (callback, ...given) =>
    isOfAddon(callback) ? setTimeout(callback, INTERVAL, ...given) : setImmediate(callback, ...given);
  scope.setImmediate = Object.defineProperties(gentle, Object.getOwnPropertyDescriptors(setImmediate));
}

/** Whether a native addon made it: what resolves promises, and bound functions, are native too, but no constructors. */
function isOfAddon(callback: unknown): boolean {
  return (
    typeof callback === 'function' &&
    Object.hasOwn(callback, 'prototype') &&
    Function.prototype.toString.call(callback).endsWith('{ [native code] }')
  );
}
