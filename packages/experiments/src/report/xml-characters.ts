/** A text with replacement characters for what XML can't hold, however it is written: controls, lone surrogates, and what is no character. */
export function xmlCharacters(text: string): string {
  return text.replaceAll(/(?![\n\r\t])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '�');
}
