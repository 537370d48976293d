/** The value of what can't be told without running the program. */
export const UNKNOWN = Symbol('unknown');

/** Whether a value, or something inside a list or plain object, can't be told. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isPlain(value) && Object.values(value).some(holdsUnknown);
}

/** An object of the user's source: a literal, and nothing that the DSL made. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A value that equals another by what it is, and is one for JavaScript's operators. */
export function isSimple(value: unknown): boolean {
  return value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value);
}
