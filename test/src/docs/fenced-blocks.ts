import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The blocks of one language of a page, in order. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(`${ROOT}${page}`, 'utf8');
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fenced)].map((match) => match[1] as string);
}
