import type { Tokenizer } from '@geodesic/weights';

/** A prompt with the one right answer. */
export interface AnswerItem {
  /** Token ids. */
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
  /** The prompt without one token that has nothing to do with the answer, where there is one. */
  readonly shorterPrompt?: readonly number[];
}

/**
 * Token ids of a text and of what follows it, parted where the ids of both together part from those of the text alone: the last token
 * of a text may take in the start of what follows.
 */
export function encodeAnswer(tokenizer: Tokenizer, question: string, answer: string): AnswerItem {
  const encode = (text: string) => tokenizer.encode(text, { addSpecialTokens: false });
  const [alone, whole] = [encode(question), encode(question + answer)];
  const differs = alone.findIndex((id, i) => id !== whole[i]);
  const end = differs === -1 ? alone.length : differs;
  return { prompt: whole.slice(0, end), answer: whole.slice(end) };
}

/** The token that sequences of a model begin with, if it has one. */
export function beginning(tokenizer: Tokenizer): number[] {
  return tokenizer.bosTokenId === undefined ? [] : [tokenizer.bosTokenId];
}
