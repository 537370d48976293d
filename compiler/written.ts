/** A value as a message writes it: text in quotes, so that '2' is told from 2. */
export function written(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
