/** File systems take 255 bytes, with the ending and a number. */
const MOST_BYTES = 200;

/**
 * Names for files, one for each text: its letters and digits, of any script, cut where it is long. Those that would be the same, also
 * where capitals make no difference, are numbered from the second on.
 */
export function fileNames(texts: readonly string[]): string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    const cleaned = cleanedName(text);
    let name = cleaned;
    for (let number = 2; taken.has(inOneForm(name)); number++) name = `${cleaned}-${number}`;
    taken.add(inOneForm(name));
    return name;
  });
}

function cleanedName(text: string): string {
  const whole = text.replaceAll(/[^\p{L}\p{M}\p{N}_.]+/gu, '-');
  const { read } = new TextEncoder().encodeInto(whole, new Uint8Array(MOST_BYTES));
  return whole.slice(0, read).replace(/-+$/, '');
}

/** As file systems compare names that know no capitals, or write accents apart. */
function inOneForm(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
