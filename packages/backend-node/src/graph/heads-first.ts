/** Swaps the axes of tokens and heads. */
export const HEADS_FIRST = [0, 2, 1, 3] as const;
