/** A text with its control characters escaped, such as `\u001b`: those of a file's names would be commands to a terminal. Lines and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, escaped);
}

/** The same in one line: the ends of lines and tabs are escaped too. */
export function printableLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, escaped);
}

function escaped(control: string): string {
  return `\\u${(control.codePointAt(0) as number).toString(16).padStart(4, '0')}`;
}
