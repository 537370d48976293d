/** Caches have room for a multiple of this many tokens, so that most steps write in place. */
const ROOM = 128;

/** What keys or values take memory for. */
export interface CacheForm {
  /** [rows, tokens, heads, dim] */
  readonly shape: readonly number[];
  /** Whether numbers are half floats, two in a word. */
  readonly half: boolean;
}

/** Tokens of a row that a memory for so many gets room for. */
export function capacityFor(tokens: number): number {
  return Math.max(1, Math.ceil(tokens / ROOM)) * ROOM;
}

/** Bytes of a memory for rows of so many tokens. */
export function memoryBytes({ shape, half }: CacheForm, capacity: number): number {
  return (shape[0] as number) * capacity * tokenBytes(shape, half);
}

/** Bytes of a token's keys or values, [rows, tokens, heads, dim]. */
export function tokenBytes([, , heads, dim]: readonly number[], half: boolean): number {
  return (half ? 2 : 4) * (heads as number) * (dim as number);
}
