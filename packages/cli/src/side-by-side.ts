import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

const GAP = '  │  ';

/** Two texts in columns of equal width below their titles. */
export function sideBySide(
  left: readonly [string, string],
  right: readonly [string, string],
  width: number,
): string {
  const column = Math.max(20, Math.floor((width - GAP.length) / 2));
  const [a, b] = [left, right].map(([title, text]) => [
    title,
    '─'.repeat(column),
    ...wrapText(text, column),
  ]) as [string[], string[]];
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, i) => `${padToWidth(a[i] ?? '', column)}${GAP}${b[i] ?? ''}`,
  )
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Characters of East Asian scripts and emoji take two cells. */
function padToWidth(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - stringWidth(line)));
}

/** The lines of a text that fit a width, broken between words where it can be. */
export function wrapText(text: string, width: number): string[] {
  return wrapAnsi(text, width, { hard: true, trim: true }).split('\n');
}
