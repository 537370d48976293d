import type { MergePlanAttributes } from '../ir/ops.js';

/** One slot after a merge: its members by index in the row, −1 where the member is a zero vector. */
export interface Slot {
  readonly left: number;
  readonly right: number;
  /** Whether the slot lies in the region that merging works on, rather than in the kept start or end. */
  readonly inRegion: boolean;
}

type PairingOptions = Pick<
  MergePlanAttributes,
  'keepStart' | 'keepEnd' | 'minLength' | 'pairing' | 'keepEndThreshold'
>;

/**
 * The slots of one row. `tokens` are the indices of the row's valid tokens, in order: pairs are anchored at the first of
 * them, so that padding changes nothing.
 */
export function planRow(tokens: readonly number[], options: PairingOptions): Slot[] {
  const [start, end] =
    options.pairing === 'reference' ? referenceRegion(tokens, options) : region(tokens, options);
  const pair = options.pairing === 'reference' ? referencePairs : consecutivePairs;
  return [
    ...tokens.slice(0, start).map((token) => kept(token)),
    ...pair(tokens.slice(start, end)),
    ...tokens.slice(end).map((token) => kept(token)),
  ];
}

/** How many slots a row of `length` tokens without padding has. */
export function mergedLength(length: number, options: PairingOptions): number {
  return planRow(
    Array.from({ length }, (_, i) => i),
    options,
  ).length;
}

/** [keepStart, n − keepEnd), or nothing where the row or the region is too short. */
function region(
  tokens: readonly number[],
  { keepStart, keepEnd, minLength }: PairingOptions,
): [number, number] {
  const n = tokens.length;
  return n < minLength || n - keepStart - keepEnd < 2 ? [n, n] : [keepStart, n - keepEnd];
}

/** The article's region: the end is kept only where more than the threshold remains behind the start. */
function referenceRegion(tokens: readonly number[], options: PairingOptions): [number, number] {
  const n = tokens.length;
  const start = Math.min(options.keepStart, n);
  return [start, n - start > options.keepEndThreshold ? Math.max(start, n - options.keepEnd) : n];
}

/** (s, s+1), (s+2, s+3), …; an odd token at the end stays alone. */
function consecutivePairs(tokens: readonly number[]): Slot[] {
  const slots: Slot[] = [];
  for (let i = 0; i < tokens.length; i += 2) {
    slots.push({ left: tokens[i] as number, right: tokens[i + 1] ?? -1, inRegion: true });
  }
  return slots;
}

/**
 * The article's pairs: [0, x, 0] or, for an odd length, [0, x without its last, 0, last, 0], taken two by two, where 0 is a zero
 * vector and a token paired with it is kept as it is (t = 1 or 0). Up to 3 tokens stay unchanged.
 */
function referencePairs(tokens: readonly number[]): Slot[] {
  if (tokens.length <= 3) return tokens.map((token) => kept(token));
  const last = tokens.length - 1;
  const stacked =
    tokens.length % 2 === 0
      ? [-1, ...tokens, -1]
      : [-1, ...tokens.slice(0, last), -1, tokens[last] as number, -1];
  return consecutivePairs(stacked);
}

function kept(token: number): Slot {
  return { left: token, right: -1, inRegion: false };
}
