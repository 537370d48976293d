import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DEFAULT_PROTECTION, mergesOf, PROBED_PROTECTION, resolveMergeOptions } from '@geodesic/compiler';
import type { Spec } from '../spec/spec-schema.js';
import type { Cell } from './cell.js';

/**
 * Hash of all that results depend on: cells with the defaults of their merges, seed, split, bootstrap, and the content of text
 * files. A description or a plot may change under the same hash.
 */
export async function specHash(spec: Spec, cells: readonly Cell[]): Promise<string> {
  const { seed, split, bootstrap } = spec;
  const hash = createHash('sha256').update(
    JSON.stringify({ seed, split, bootstrap, protect: [DEFAULT_PROTECTION, PROBED_PROTECTION] }),
  );
  for (const { key, variant } of cells) {
    hash.update(
      JSON.stringify([key, variant.merge ? mergesOf(variant.merge).map(resolveMergeOptions) : null]),
    );
  }
  for (const text of spec.texts) if (typeof text !== 'string') hash.update(await readFile(text.file));
  return hash.digest('hex').slice(0, 16);
}
