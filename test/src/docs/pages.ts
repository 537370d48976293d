import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** The line of the page that its first line is. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The README and every page of `docs/` that is written by hand. */
export const PAGES: readonly string[] = ['README.md', ...pagesUnder('docs')];

/**
 * Pages whose `ts` blocks are one script, in order, and whose `text` blocks are what the blocks before them print. On all other pages
 * each `ts` block stands for itself.
 */
export const SCRIPTS: ReadonlySet<string> = new Set([
  'docs/concepts.md',
  'docs/guide/new-architecture.md',
  'docs/guide/new-kernel.md',
  'docs/guide/new-pass.md',
]);

function pagesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    // What TypeDoc writes, and what npm and VitePress keep there.
    const isOurs = !entry.name.startsWith('.') && !['api', 'node_modules'].includes(entry.name);
    if (entry.isDirectory()) return isOurs ? pagesUnder(path) : [];
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/**
 * The fenced blocks of a page, in order.
 *
 * @throws Error for a fence that is never closed
 */
export function blocksOf(page: string, text = readFileSync(join(ROOT, page), 'utf8')): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; language: string; line: number; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence, language] = /^ *(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== undefined) open = { fence, language: language?.trim() ?? '', line: index + 2, code: [] };
    } else if (line.trim() === open.fence) {
      blocks.push({ ...open, page, code: open.code.map((each) => `${each}\n`).join('') });
      open = undefined;
    } else open.code.push(line);
  }
  if (open !== undefined) throw new Error(`${page}:${open.line - 1}: this block is never closed`);
  return blocks;
}

/** `docs/guide.md:12`, as editors and terminals link to it. */
export function placeOf({ page, line }: Block): string {
  return `${page}:${line}`;
}
