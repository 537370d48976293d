/** A change of a text: what stands in [start, end) becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all edits; the same edit twice counts once, and insertions at one place keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const unique = new Map(edits.map((edit) => [`${edit.start}:${edit.end}:${edit.text}`, edit]));
  const fromBehind = [...unique.values()].reverse().sort((a, b) => b.start - a.start || b.end - a.end);
  return fromBehind.reduce((result, { start, end, text: replacement }) => {
    return `${result.slice(0, start)}${replacement}${result.slice(end)}`;
  }, text);
}
