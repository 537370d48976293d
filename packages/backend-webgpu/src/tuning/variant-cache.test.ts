import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everywhere, type KernelVariants } from '../kernels/variants.js';

const CHOICE: KernelVariants = { ...everywhere('serial'), attention: 'parallel' };
const FILE = 'webgpu-variants.json';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geodesic-variants-'));
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

/** The modules as a program that has measured nothing yet loads them. */
async function newProgram() {
  vi.resetModules();
  const cache = await import('./variant-cache.js');
  const { variantStore } = await import('./variant-store.js');
  const { initialVariants } = await import('./initial-variants.js');
  return { ...cache, variantStore, initialVariants };
}

async function storeIn(cacheDir: string) {
  return (await newProgram()).variantStore({ GEODESIC_CACHE: cacheDir });
}

describe('the cache of choices', () => {
  it('keeps them in a file for other programs, device by device', async () => {
    const cacheDir = join(folder, 'not/there/yet');
    const first = await newProgram();
    const store = await storeIn(cacheDir);
    expect(first.cachedVariants('one', store)).toBeUndefined();
    expect(first.cacheVariants('one', CHOICE, store)).toBe(true);
    expect(first.cacheVariants('two', everywhere('parallel'), store)).toBe(true);
    const second = await newProgram();
    expect(second.cachedVariants('one', store)).toEqual(CHOICE);
    expect(second.cachedVariants('two', store)).toEqual(everywhere('parallel'));
    expect(second.cachedVariants('three', store)).toBeUndefined();
    // No staging file is left.
    expect(await readdir(cacheDir)).toEqual([FILE]);
  });

  it.each([
    ['no JSON', '{"one": {"norm"'],
    ['no object', '"serial"'],
    ['nothing', 'null'],
    ['a list', '[1]'],
    ['a choice that lacks a kernel', JSON.stringify({ one: { norm: 'serial' } })],
    ['a variant that there is not', JSON.stringify({ one: { ...CHOICE, norm: 'fast' } })],
  ])('takes a file with %s for none, and mends it', async (_, text) => {
    await writeFile(join(folder, FILE), text);
    const { cachedVariants, cacheVariants } = await newProgram();
    const store = await storeIn(folder);
    expect(cachedVariants('one', store)).toBeUndefined();
    expect(cacheVariants('one', CHOICE, store)).toBe(true);
    expect(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).toEqual({ one: CHOICE });
  });

  it('keeps what it can read of a file beside what is damaged', async () => {
    await writeFile(join(folder, FILE), JSON.stringify({ one: CHOICE, two: 7 }));
    const { cachedVariants, cacheVariants } = await newProgram();
    const store = await storeIn(folder);
    cacheVariants('three', everywhere('serial'), store);
    expect((await newProgram()).cachedVariants('one', store)).toEqual(CHOICE);
    expect(cachedVariants('two', store)).toBeUndefined();
  });

  it('lasts as long as the program where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = await storeIn(join(folder, 'file'));
    const { cachedVariants, cacheVariants } = await newProgram();
    expect(cacheVariants('one', CHOICE, store)).toBe(false);
    expect(cachedVariants('one', store)).toEqual(CHOICE);
    expect((await newProgram()).cachedVariants('one', store)).toBeUndefined();
  });

  it('leaves no staging file where the file is a folder', async () => {
    await mkdir(join(folder, FILE));
    const { cacheVariants } = await newProgram();
    expect(cacheVariants('one', CHOICE, await storeIn(folder))).toBe(false);
    expect(await readdir(folder)).toEqual([FILE]);
  });
});

describe('in a browser', () => {
  /** Without Node's modules; the test runner goes on using the rest of `process` at any time. */
  async function page(localStorage: object | undefined) {
    const hidden = { env: { value: {} }, getBuiltinModule: { value: undefined } };
    vi.stubGlobal('process', Object.create(process, hidden));
    vi.stubGlobal('localStorage', localStorage);
    return newProgram();
  }

  it('choices are kept in localStorage', async () => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
    const first = await page(storage);
    expect(first.variantStore({}).place).toBe('localStorage');
    expect(first.cachedVariants('one')).toBeUndefined();
    expect(first.cacheVariants('one', CHOICE)).toBe(true);
    expect((await page(storage)).cachedVariants('one')).toEqual(CHOICE);
  });

  it('choices last as long as the page where localStorage is full, or there is none', async () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      },
    };
    for (const storage of [full, undefined]) {
      const { cachedVariants, cacheVariants } = await page(storage);
      expect(cacheVariants('one', CHOICE)).toBe(false);
      expect(cachedVariants('one')).toEqual(CHOICE);
    }
  });
});

describe('what a device starts with', () => {
  const info = { vendor: 'v', architecture: 'a', device: 'd', description: 'driver 1' } as GPUAdapterInfo;

  it('suits its kind where nothing was measured', async () => {
    vi.stubEnv('GEODESIC_CACHE', folder);
    const { initialVariants } = await newProgram();
    expect(initialVariants({ info, software: true }, {})).toEqual(everywhere('serial'));
    expect(initialVariants({ info, software: false }, {})).toEqual(everywhere('parallel'));
    vi.unstubAllEnvs();
  });

  it('is what was measured with the same driver', async () => {
    vi.stubEnv('GEODESIC_CACHE', folder);
    const { cacheVariants, variantKey } = await newProgram();
    cacheVariants(variantKey(info), CHOICE);
    const { initialVariants } = await newProgram();
    expect(initialVariants({ info, software: false }, {})).toEqual(CHOICE);
    const updated = { ...info, description: 'driver 2' };
    expect(initialVariants({ info: updated, software: false }, {})).toEqual(everywhere('parallel'));
    vi.unstubAllEnvs();
  });

  it('is what the environment asks for before all', async () => {
    const { cacheVariants, initialVariants, variantKey } = await newProgram();
    cacheVariants(variantKey(info), CHOICE, await storeIn(folder));
    for (const variant of ['serial', 'parallel'] as const) {
      const env = { GEODESIC_WEBGPU_VARIANT: variant };
      expect(initialVariants({ info, software: false }, env)).toEqual(everywhere(variant));
    }
    expect(initialVariants({ info, software: false }, { GEODESIC_WEBGPU_VARIANT: '' })).toEqual(CHOICE);
  });

  it('refuses another variant by name', async () => {
    const { initialVariants } = await newProgram();
    expect(() => initialVariants({ info, software: true }, { GEODESIC_WEBGPU_VARIANT: 'fast' })).toThrow(
      expect.objectContaining({
        code: 'backend.variant',
        message: 'GEODESIC_WEBGPU_VARIANT is fast: set it to serial or parallel, or leave it out',
      }),
    );
  });
});
