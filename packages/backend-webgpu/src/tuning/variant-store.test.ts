import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { variantStore } from './variant-store.js';

const folder = mkdtempSync(join(tmpdir(), 'geodesic-variants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('variantStore', () => {
  it('makes the folders that are missing, and keeps the last text alone', () => {
    const cache = join(folder, 'of', 'several');
    const store = variantStore({ GEODESIC_CACHE: cache });
    expect(store.read()).toBeUndefined();
    expect(store.write('first')).toBe(true);
    expect(store.write('second')).toBe(true);
    expect(variantStore({ GEODESIC_CACHE: cache }).read()).toBe('second');
    expect(readdirSync(cache)).toEqual(['webgpu-variants.json']);
  });

  it.each(['/dev/null/below', '/proc/no-such-place/below'])(
    'keeps nothing where there can be no folder: %s',
    (cache) => {
      const store = variantStore({ GEODESIC_CACHE: cache });
      expect(store.write('text')).toBe(false);
      expect(store.read()).toBeUndefined();
    },
  );
});
