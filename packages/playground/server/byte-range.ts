/** The bytes of a file that a request asks for, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header of one range with a start (RFC 9110, 14.2), the only kind that the page sends.
 *
 * @returns undefined where there is no header, 'invalid' for what can't be served
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | undefined | 'invalid' {
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  if (first === undefined) return 'invalid';
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  return start <= end ? { start, end } : 'invalid';
}
