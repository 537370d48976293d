import { GeodesicError } from '@geodesic/compiler';

/**
 * Parses JSON text that must be an object.
 *
 * @param where file name for the error
 * @throws GeodesicError `weights.json`
 */
export function parseJsonObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ').slice(0, 120) : '';
    throw new GeodesicError('weights.json', `${where} is not valid JSON (${detail}): fetch it again`, {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GeodesicError(
      'weights.json',
      `${where} must hold a JSON object: it is another kind of file or damaged`,
    );
  }
  return value as Record<string, unknown>;
}

/**
 * As `parseJsonObject`, but refuses an object with the same key twice, of which `JSON.parse` would keep the last: a
 * tensor that is described twice could be read differently by two programs.
 *
 * @throws GeodesicError `weights.json`
 */
export function parseJsonObjectStrictly(text: string, where: string): Record<string, unknown> {
  const value = parseJsonObject(text, where);
  const duplicate = duplicateKey(text);
  if (duplicate === undefined) return value;
  throw new GeodesicError(
    'weights.json',
    `${where} has the key "${duplicate}" twice: it is damaged, fetch it again`,
  );
}

/** The first key that occurs twice in one object of a valid JSON text. */
function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') open.push(new Set());
    else if (text[at] === '}') open.pop();
    else if (text[at] === '"') {
      const end = stringEnd(text, at);
      const keys = endsKey(text, end) ? open.at(-1) : undefined;
      const name: string = keys ? JSON.parse(text.slice(at, end)) : '';
      if (keys?.has(name)) return name;
      keys?.add(name);
      at = end - 1;
    }
  }
  return undefined;
}

/** Behind the closing quote. By hand, since a regular expression keeps a way back for each escape on a stack that ends. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endsKey(text: string, end: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = end;
  return colon.test(text);
}
