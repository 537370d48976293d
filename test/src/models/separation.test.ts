import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectures } from '@geodesic/models';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** The TypeScript sources of a folder, by path, but not their tests. */
function sources(folder: string): [path: string, text: string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/^dist|\.d\.ts$/.test(path))
    .map((path) => [path, readFileSync(join(ROOT, folder, path), 'utf8')]);
}

/** The pass, and what the host computes of it. */
const merging = () => [...sources('compiler/merge'), ...sources('compiler/host/slots')];

describe('models and merging know nothing of each other', () => {
  it.each(sources('models'))('models/%s does not mention merging', (_, text) => {
    expect(text).not.toMatch(/merg|slerp/i);
  });

  it.each(merging())('%s names no architecture', (_, text) => {
    const names = architectures.flatMap(({ name, huggingFaceTypes, ggufTypes }) => [
      name,
      ...huggingFaceTypes,
      ...ggufTypes,
    ]);
    for (const name of names) expect(text).not.toMatch(new RegExp(`\\b${name}\\b`, 'i'));
  });

  it('reads both', () => {
    expect(sources('models').length).toBeGreaterThan(architectures.length);
    expect(merging().map(([path]) => path)).toContain('slerp-merge.ts');
  });
});
