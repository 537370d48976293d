/*
 * What surprise is judged with beside the numbers: bits of a token, from which `surprisingTokens` makes flags.
 */

/** The token stays alone, whatever surprises. */
export const STAYS_ALONE = 1;
/** The token goes on with the word of the one before it. */
export const CONTINUES_WORD = 2;
/** The token is of a word that begins with a capital letter. */
export const CAPITALISED = 4;
/** The token is of a name: of such a word that is not among the commonest. */
export const NAME = 8;
/** The token has a digit. */
export const NUMBER = 16;
/** The model generated the token. */
export const GENERATED = 32;
