import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runForJson, runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';

/** As much of `geodesic doctor --json` as is looked at. */
interface Report {
  readonly node: string;
  readonly pip: string | null;
  readonly cache: { readonly folder: string; readonly bytes: number; readonly models: readonly object[] };
  readonly backends: readonly {
    readonly name: string;
    readonly state: string;
    readonly description?: string;
    readonly problem?: string;
    readonly tuning?: {
      readonly timings: Readonly<Record<string, { readonly variant: string }>>;
      readonly place: string;
    };
    readonly adapter?: { readonly software: boolean; readonly limits: Readonly<Record<string, number>> };
  }[];
  readonly auto: string;
}

/** A cache with one model in it, and no tfjs-node anywhere. */
async function environment(): Promise<{ GEODESIC_CACHE: string; GEODESIC_TFJS_NODE: string }> {
  const folder = await temporaryFolder();
  const model = join(folder, 'models/someone--small');
  await mkdir(model, { recursive: true });
  await writeFile(join(model, 'config.json'), '{}');
  return { GEODESIC_CACHE: folder, GEODESIC_TFJS_NODE: join(folder, 'nothing') };
}

describe('geodesic doctor', () => {
  it('tries every backend, and says what is in the cache', async () => {
    const env = await environment();
    const { node, pip, cache, backends, auto } = await runForJson<Report>(['doctor', '--json'], { env });
    expect(node).toBe(process.versions.node);
    expect(pip === null || typeof pip === 'string').toBe(true);
    expect(cache).toEqual({
      folder: env.GEODESIC_CACHE,
      bytes: 2,
      models: [{ name: 'someone/small', bytes: 2 }],
    });
    expect(backends.map(({ name }) => name)).toEqual(['webgpu', 'node', 'wasm', 'cpu']);
    const [webgpu, tensorflow, wasm, cpu] = backends;
    expect(wasm).toMatchObject({ state: 'works', description: expect.stringContaining('SIMD') });
    expect(cpu).toMatchObject({ state: 'works' });
    expect(tensorflow).toMatchObject({
      state: 'unavailable',
      problem: expect.stringContaining('npm install'),
    });
    if (webgpu?.state === 'works') expect(webgpu.adapter?.limits.maxBufferSize).toBeGreaterThan(0);
    else expect(webgpu?.problem).toContain('webgpu');
    expect(auto).toBe(webgpu?.state === 'works' && !webgpu.adapter?.software ? 'webgpu' : 'wasm');
  });

  it('measures kernels with --tune, and keeps the choice in the cache', async () => {
    const env = await environment();
    const { backends } = await runForJson<Report>(['doctor', '--tune', '--json'], { env });
    const webgpu = backends.find(({ name }) => name === 'webgpu');
    if (webgpu?.state !== 'works') return;
    const { timings, place } = webgpu.tuning ?? expect.fail('nothing was measured');
    expect(place).toBe(join(env.GEODESIC_CACHE, 'webgpu-variants.json'));
    const taken = Object.entries(timings).map(([kernel, { variant }]) => [kernel, variant]);
    const kept = JSON.parse(await readFile(place, 'utf8')) as object;
    expect(Object.values(kept)).toEqual([Object.fromEntries(taken)]);
  });

  it('refuses a variant that there is not by name', async () => {
    const env = { ...(await environment()), GEODESIC_WEBGPU_VARIANT: 'fast' };
    const { backends } = await runForJson<Report>(['doctor', '--json'], { env });
    const webgpu = backends.find(({ name }) => name === 'webgpu');
    expect(webgpu?.state).toBe('unavailable');
    // Where WebGPU has no adapter, that is what is told.
    if (!webgpu?.problem?.includes("can't start")) {
      expect(webgpu?.problem).toBe(
        'GEODESIC_WEBGPU_VARIANT is fast: set it to serial or parallel, or leave it out',
      );
    }
  });

  it('prints a table and what to do, in 80 columns', async () => {
    const env = await environment();
    const { exitCode, stdout } = await runGeodesic(['doctor'], { env });
    expect(exitCode).toBe(0);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^backend +works +start +probe +what$/m);
    expect(stdout).toMatch(/^wasm +yes +\d+ ms +\d+ ms +WebAssembly with/m);
    expect(stdout).toMatch(/^node +no +- +- +see below$/m);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      "node: The node backend can't start: there is no tfjs-node in",
    );
    expect(stdout).toMatch(/^models +someone\/small \(0 kB\)$/m);
    expect(stdout).toMatch(/^--backend auto takes (webgpu|wasm) here\.$/m);
  });
});
