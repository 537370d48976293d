import { type HostArray, validTokens } from '../host-array.js';
import { withinBudget } from './generated-budget.js';
import { CAPITALISED, CONTINUES_WORD, NAME, NUMBER, STAYS_ALONE } from './protection-bits.js';
import { meansOfFive, SURPRISE_REACH, surpriseOfWords } from './surprise.js';

/** As many tokens as this may stand between two marks of a passage, or between the word that it begins with and the mark behind it. */
const PASSAGE_GAP = 3;
/** What is shorter is no passage: prose surprises for a few words, statements go on. */
const LEAST_PASSAGE = 8;
/** As many tokens as this before a mark are marked with it, where it goes on with their word: the start of a word alone may be no surprise. */
const WORD_REACH = 3;
/** A name need not surprise as much: one that a text repeats, or that was to be expected, is no mark. */
const NAME_SHARE = 2 / 3;
/** A number surprises with any digit that does a third as much, about ln 10 nats: such as none of the ten was likelier than the others. */
const NUMBER_SHARE = 1 / 3;
/** How many tokens behind it decide whether a token is in a passage that surprises. */
export const PASSAGE_REACH = LEAST_PASSAGE - 1 + PASSAGE_GAP + 1 + WORD_REACH + SURPRISE_REACH;

/**
 * Which of a row's tokens stay alone: those that do by themselves, numbers that surprise, and passages that do. A passage has
 * at least eight tokens, and is what marked tokens and those between them make: from each of them, and from each word that is capitalised,
 * since statements begin with one, or surprises, to a marked token behind it if no more than three stand between. So it holds what leads to
 * the surprise, such as what a number is the number of, without which the rest is not found again. Of generated tokens no more stay alone
 * than `withinBudget` says.
 *
 * @param protection bits of each token
 * @param surprise of each token, in nats
 * @returns 1 for tokens that stay alone, else 0
 */
export function flagSurprising(
  protection: ArrayLike<number>,
  surprise: ArrayLike<number>,
  threshold: number,
): Uint8Array {
  const flags = singleTokens(protection, surprise, threshold);
  const ofWord = surpriseOfWords(protection, surprise);
  const marked = fromWordStarts(protection, markedTokens(protection, ofWord, threshold, flags));
  const inPassage = joined(
    marked,
    (i) => ((protection[i] as number) & CAPITALISED) !== 0 || (ofWord[i] as number) > threshold,
  );
  for (let start = 0; start < flags.length; start++) {
    if (inPassage[start] === 0) continue;
    const after = inPassage.indexOf(0, start);
    const end = after === -1 ? flags.length : after;
    if (end - start >= LEAST_PASSAGE) flags.fill(1, start, end);
    start = end;
  }
  return withinBudget(protection, flags);
}

/** 1 for tokens that stay alone in whatever passage: by themselves, or since their number surprises as far as it is within reach. */
function singleTokens(
  protection: ArrayLike<number>,
  surprise: ArrayLike<number>,
  threshold: number,
): Uint8Array {
  const isNumber = (i: number) => ((protection[i] as number) & NUMBER) !== 0;
  const isNews = new Uint8Array(protection.length);
  for (let i = 0; i < isNews.length; i++) {
    const surprises = isNews[i - 1] === 1 || (surprise[i] as number) > threshold * NUMBER_SHARE;
    if (isNumber(i) && surprises) isNews[i] = 1;
  }
  return Uint8Array.from(protection, (bits, i) => {
    let staysAlone = bits & STAYS_ALONE;
    for (let j = i; j <= i + SURPRISE_REACH && isNumber(j); j++) staysAlone |= isNews[j] as number;
    return staysAlone;
  });
}

/**
 * Tokens that stay alone anyway, those around which the mean surprise is above the threshold, those of names that surprise two
 * thirds as much, and the rest of a word and the words behind one of these as long as each surprises as much as the threshold says.
 */
function markedTokens(
  protection: ArrayLike<number>,
  ofWord: readonly number[],
  threshold: number,
  isAlone: Uint8Array,
): Uint8Array {
  const marked = Uint8Array.from(meansOfFive(ofWord), (mean, i) => {
    const bits = protection[i] as number;
    const isNews = (bits & NAME) !== 0 && (ofWord[i] as number) > threshold * NAME_SHARE;
    return isAlone[i] === 1 || isNews || mean > threshold ? 1 : 0;
  });
  for (let i = 1; i < marked.length; i++) {
    const continues = ((protection[i] as number) & CONTINUES_WORD) !== 0;
    const goesOn = continues || (ofWord[i] as number) > threshold;
    if (marked[i - 1] === 1 && goesOn) marked[i] = 1;
  }
  return marked;
}

/** Marked tokens, and those before each that are of its word. */
function fromWordStarts(protection: ArrayLike<number>, marked: Uint8Array): Uint8Array {
  const whole = Uint8Array.from(marked);
  marked.forEach((mark, i) => {
    if (mark === 0) return;
    let start = i;
    while (i - start < WORD_REACH && start > 0 && ((protection[start] as number) & CONTINUES_WORD) !== 0)
      start--;
    whole.fill(1, start, i);
  });
  return whole;
}

/** 1 for marked tokens and for what stands between one, or what a passage may begin with, and the next. */
function joined(marked: Uint8Array, mayBegin: (token: number) => boolean): Uint8Array {
  const inPassage = Uint8Array.from(marked);
  marked.forEach((mark, i) => {
    if (mark === 1 || mayBegin(i)) inPassage.fill(1, i, lastMarkBehind(marked, i));
  });
  return inPassage;
}

/** The last marked token behind one with no more than the gap between; itself where there is none. */
function lastMarkBehind(marked: Uint8Array, token: number): number {
  let last = Math.min(token + PASSAGE_GAP + 1, marked.length - 1);
  while (last > token && marked[last] === 0) last--;
  return last;
}

/** `flagSurprising` of each row, padding left out. */
export function surprisingTokens(
  {
    sizes,
    protection,
    surprise,
  }: { readonly sizes: HostArray; readonly protection: HostArray; readonly surprise: HostArray },
  { threshold }: { readonly threshold: number },
): HostArray {
  const [, width = 0] = sizes.shape;
  const data = new Int32Array(sizes.data.length);
  validTokens(sizes).forEach((tokens, row) => {
    const of = ({ data: values }: HostArray) => tokens.map((token) => values[row * width + token] as number);
    const flags = flagSurprising(of(protection), of(surprise), threshold);
    tokens.forEach((token, i) => {
      data[row * width + token] = flags[i] as number;
    });
  });
  return { shape: sizes.shape, data };
}
