/** Lines that belong together. */
export function paragraph(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
