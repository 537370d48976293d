import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@geodesic/backend';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nodeBackend } from './index.js';
import { locateTfjsNode } from './locate-tfjs-node.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geodesic-locate-'));
  for (const [place, name] of [
    ['tfjs-node', 'tfjs-node'],
    ['both', 'tfjs-node'],
    ['both', 'tfjs-node-gpu'],
  ] as const) {
    const path = join(folder, place, 'node_modules', '@tensorflow', name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'index.js'), `module.exports = '${place}/${name}'`);
  }
});

afterAll(() => rm(folder, { recursive: true }));

function found(env: NodeJS.ProcessEnv): unknown {
  const located = locateTfjsNode(env);
  return located?.require(located.name);
}

describe('locateTfjsNode', () => {
  it('finds what scripts/build-tfjs-node puts into the cache folder', () => {
    expect(found({ GEODESIC_CACHE: folder })).toBe('tfjs-node/tfjs-node');
  });

  it('takes the folder that the environment names, and there the GPU package first', () => {
    expect(found({ GEODESIC_CACHE: folder, GEODESIC_TFJS_NODE: join(folder, 'both') })).toBe(
      'both/tfjs-node-gpu',
    );
  });

  it('looks nowhere else when the environment names a folder without it', () => {
    expect(found({ GEODESIC_CACHE: folder, GEODESIC_TFJS_NODE: join(folder, 'none') })).toBeUndefined();
  });
});

it('puts the cache where XDG says', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/geodesic');
  expect(cacheFolder({ XDG_CACHE_HOME: '/caches', GEODESIC_CACHE: '/here' })).toBe('/here');
});

it('says what to do where tfjs-node is missing', async () => {
  vi.stubEnv('GEODESIC_TFJS_NODE', join(folder, 'none'));
  await expect(nodeBackend.open()).rejects.toMatchObject({
    code: 'backend.unavailable',
    message: expect.stringMatching(
      /^The node backend can't start: there is no tfjs-node in .*scripts\/build-tfjs-node/,
    ),
  });
  vi.unstubAllEnvs();
});
