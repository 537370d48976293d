import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentsOf, readDocuments } from './documents.js';

async function textFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-text-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'text.txt'), text);
  return join(folder, 'text.txt');
}

describe('documents', () => {
  it('are speeches and chapters in the shipped texts', async () => {
    const speeches = await readDocuments('sotu');
    expect(speeches.length).toBeGreaterThan(200);
    expect(speeches[0]?.text).toMatch(/^Fellow-Citizens/);
    const chapters = await readDocuments('moby-dick');
    expect(chapters.some(({ text }) => text.startsWith('Call me Ishmael'))).toBe(true);
  });

  it('are parts of a file that break at paragraphs', async () => {
    const paragraph = (i: number) => `Paragraph ${i}. ${'Some words. '.repeat(100)}`;
    const text = Array.from({ length: 20 }, (_, i) => paragraph(i)).join('\n\n');
    const parts = await readDocuments(await textFile(text));
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((part) => part.text).join('\n\n')).toBe(text);
    expect(parts.every((part) => part.text.startsWith('Paragraph'))).toBe(true);
  });

  it('lie on one side of the split, whatever else there is', async () => {
    const all = await readDocuments('sotu');
    const [train, heldOut] = [documentsOf(all, 'train'), documentsOf(all, 'held-out')];
    expect(train.length + heldOut.length).toBe(all.length);
    expect(train.some((document) => heldOut.includes(document))).toBe(false);
    // Chance would leave fewer than a third on a side once in millions of splits.
    expect(Math.min(train.length, heldOut.length)).toBeGreaterThan(all.length / 3);
    expect(documentsOf(all.slice(50), 'train')).toEqual(train.filter((one) => all.indexOf(one) >= 50));
    expect(documentsOf(all, 'all')).toEqual(all);
  });

  it('can not be read where there is no file', async () => {
    await expect(readDocuments('/nowhere/text.txt')).rejects.toMatchObject({ code: 'experiment.text' });
  });
});
