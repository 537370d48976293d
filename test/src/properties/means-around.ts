import type { SurpriseProbe } from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';

/** Letters, punctuation and bytes of characters go on with a word; digits, the end and what has a space before it don't. */
function continues(tokenizer: Tokenizer, id: number): boolean {
  const spelled = tokenizer.idToToken(id);
  return /^[\p{L}\p{M}\p{P}\ufffd]/u.test(tokenizer.decode([id])) && !spelled.startsWith('Ġ');
}

/** How surprising each token of a row was by a probe, from the row's states, in float64. */
function surpriseOfTokens(
  row: readonly number[],
  states: ArrayLike<number>,
  { weights, bias }: Pick<SurpriseProbe, 'weights' | 'bias'>,
): number[] {
  const width = weights.length;
  return row.map((_, i) => {
    let sum = bias;
    for (let j = 0; j < width; j++) sum += weights[j]! * states[i * width + j]!;
    return sum;
  });
}

/** How surprising the word of each token was until then. */
function surpriseOfWords(row: readonly number[], own: readonly number[], tokenizer: Tokenizer): number[] {
  const ofWord: number[] = [];
  row.forEach((id, i) => {
    ofWord[i] = i > 0 && continues(tokenizer, id) ? Math.max(own[i]!, ofWord[i - 1]!) : own[i]!;
  });
  return ofWord;
}

/** The mean surprise around each token of a row by a probe, from its states, in float64. */
export function meansAround(
  row: readonly number[],
  states: ArrayLike<number>,
  probe: Pick<SurpriseProbe, 'weights' | 'bias'>,
  tokenizer: Tokenizer,
): number[] {
  return meansOf(surpriseOfWords(row, surpriseOfTokens(row, states, probe), tokenizer));
}

/** The mean of the five around each; at the ends of a row there are fewer. */
function meansOf(ofWord: readonly number[]): number[] {
  return ofWord.map((_, i) => {
    const near = [-2, -1, 0, 1, 2].map((step) => ofWord[i + step]).filter((value) => value !== undefined);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

/**
 * Which tokens of a row without capitals stay alone since they surprise, and how near the nearest of its surprises is to what decides.
 * A token does if it is of a number that surprises, or among eight in a row each of which is marked or stands between a mark, or a word
 * that surprises, and a mark at most four behind that. Marks are of whole words, but for what is more than three before the first.
 */
export function surprisingAround(
  row: readonly number[],
  states: ArrayLike<number>,
  probe: SurpriseProbe,
  tokenizer: Tokenizer,
): { readonly staysAlone: readonly boolean[]; readonly margin: number } {
  const { threshold } = probe;
  const own = surpriseOfTokens(row, states, probe);
  const ofWord = surpriseOfWords(row, own, tokenizer);
  const means = meansOf(ofWord);
  const isDigit = (i: number) => i >= 0 && i < row.length && /\d/.test(tokenizer.decode([row[i]!]));
  const surprisesUntil = (i: number): boolean =>
    isDigit(i) && (own[i]! > threshold / 3 || surprisesUntil(i - 1));
  const isNews = (i: number) =>
    [i, i + 1, i + 2].some(
      (last) => [i, i + 1, i + 2].every((j) => j > last || isDigit(j)) && surprisesUntil(last),
    );
  const isMarked = (i: number): boolean => {
    if (i < 0 || i >= row.length) return false;
    if (isNews(i) || means[i]! > threshold) return true;
    return (continues(tokenizer, row[i]!) || ofWord[i]! > threshold) && isMarked(i - 1);
  };
  const marked = row.map((_, i) => isMarked(i));
  /** Marked, or one of the three before a mark of the same word. */
  const isOfMark = row.map((_, i) =>
    [0, 1, 2, 3].some(
      (behind) =>
        marked[i + behind] && [1, 2, 3].every((j) => j > behind || continues(tokenizer, row[i + j]!)),
    ),
  );
  const isCovered = row.map(
    (_, i) =>
      isOfMark[i] ||
      [0, 1, 2, 3].some((before) =>
        [1, 2, 3, 4].some((apart) => {
          const start = i - before;
          const begins = isOfMark[start] || ofWord[start]! > threshold;
          return before < apart && begins && isOfMark[start + apart];
        }),
      ),
  );
  const inPassage = (i: number) =>
    [0, 1, 2, 3, 4, 5, 6, 7].some((before) =>
      [0, 1, 2, 3, 4, 5, 6, 7].every((step) => isCovered[i - before + step]),
    );
  const staysAlone = row.map((_, i) => isNews(i) || inPassage(i));
  const margin = Math.min(
    ...[...ofWord, ...means].map((surprise) => Math.abs(surprise - threshold)),
    ...own.map((surprise) => Math.abs(surprise - threshold / 3)),
  );
  return { staysAlone, margin };
}
