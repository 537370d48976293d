/**
 * A regular expression for the pieces of a text, with ▁ for spaces, that can be merged one by one: a piece ends before a ▁
 * unless some token has that ▁ inside it, behind the same character. Merging a whole text at once takes far longer, and
 * words come again and can be remembered.
 */
export function sentencePieceWords(tokens: readonly string[]): string {
  const joined = new Set<number>();
  for (const token of tokens) {
    if (token.lastIndexOf('▁') < 1) continue;
    for (const [, character = ''] of token.matchAll(/([^▁])▁/gu)) joined.add(character.codePointAt(0) ?? 0);
  }
  const joining = Array.from(joined, (code) => `\\u{${code.toString(16)}}`).join('');
  return `▁*[^▁]+(?:(?<=[${joining}])▁+[^▁]*)*|▁+`;
}
