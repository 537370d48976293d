import type { MergePlanAttributes } from '../../ir/ops.js';

/** One slot after a merge: its members by index in the row, −1 where a member is a zero vector. */
export interface Slot {
  readonly members: readonly number[];
  /** Whether the slot lies in the region that merging works on, rather than in the kept start or end. */
  readonly inRegion: boolean;
}

/** How a row is paired. */
export type PairingOptions = Pick<
  MergePlanAttributes,
  'group' | 'keepStart' | 'keepEnd' | 'minLength' | 'pairing' | 'keepEndThreshold' | 'leastRegion'
>;

/** Says of a token by its index in the row whether it must stay alone. */
type IsProtected = (token: number) => boolean;

const nothing: IsProtected = () => false;

/** What a plan is told of the tokens of its row. */
export interface RowContext {
  readonly isProtected?: IsProtected;
  /** How many tokens of the row come before the first of these: they count for its length and its kept start. */
  readonly before?: number;
}

/**
 * The slots of one row. `tokens` are the indices of the row's valid tokens, in order: groups are anchored at the first of
 * them, so that padding changes nothing.
 */
export function planRow(
  tokens: readonly number[],
  options: PairingOptions,
  { isProtected = nothing, before = 0 }: RowContext = {},
): Slot[] {
  const isReference = options.pairing === 'reference';
  const [start, end] = isReference ? referenceRegion(tokens, options) : region(tokens, options, before);
  const inside = tokens.slice(start, end);
  return [
    ...tokens.slice(0, start).map((token) => kept(token)),
    ...(isReference ? referencePairs(inside) : consecutiveGroups(inside, options.group ?? 2, isProtected)),
    ...tokens.slice(end).map((token) => kept(token)),
  ];
}

/** How many slots a row of `length` tokens without padding has, if none of them is protected. */
export function mergedLength(length: number, options: PairingOptions): number {
  return planRow(
    Array.from({ length }, (_, i) => i),
    options,
  ).length;
}

/** [keepStart, n − keepEnd), or nothing where the row or the region is too short. */
function region(
  tokens: readonly number[],
  { group = 2, keepStart, keepEnd, minLength, leastRegion = group }: PairingOptions,
  before: number,
): [number, number] {
  const n = tokens.length;
  const [start, end] = [Math.max(0, keepStart - before), n - keepEnd];
  return before + n < minLength || end - start < leastRegion ? [n, n] : [start, end];
}

/** The article's region: the end is kept only where more than the threshold remains behind the start. */
function referenceRegion(tokens: readonly number[], options: PairingOptions): [number, number] {
  const n = tokens.length;
  const start = Math.min(options.keepStart, n);
  return [start, n - start > options.keepEndThreshold ? Math.max(start, n - options.keepEnd) : n];
}

/**
 * From the left, each token with those behind it to a whole group if none of them is protected: pairs are (s, s+1), (s+2, s+3), …
 * where none is. What stays between two protected tokens, or at the end, stays alone: no smaller group is made of it. Groups depend
 * on nothing behind them, so that they never shift when the row grows.
 */
function consecutiveGroups(tokens: readonly number[], group: number, isProtected: IsProtected): Slot[] {
  const slots: Slot[] = [];
  let i = 0;
  while (i < tokens.length) {
    const members = tokens.slice(i, i + group);
    const isGroup = members.length === group && !members.some(isProtected);
    slots.push({ members: isGroup ? members : members.slice(0, 1), inRegion: true });
    i += isGroup ? group : 1;
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
  return consecutiveGroups(stacked, 2, nothing);
}

function kept(token: number): Slot {
  return { members: [token], inRegion: false };
}
