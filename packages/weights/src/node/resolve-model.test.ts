import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { DownloadProgress } from './download-progress.js';
import { resolveModel } from './resolve-model.js';

const sha = 'a'.repeat(40);
const weights = Buffer.alloc(300_000, 7);
const files: Record<string, Buffer> = {
  'README.md': Buffer.from('not needed'),
  'config.json': Buffer.from('{"model_type":"llama"}'),
  'tokenizer.json': Buffer.from('{}'),
  'model.safetensors': weights,
  'consolidated.safetensors': weights,
  'pytorch_model.bin': Buffer.from('not needed'),
};

let hub: Server;
let requests: string[] = [];
let corrupt = false;
let cacheDir = '';

/** As much of the hub as a download needs. */
beforeAll(async () => {
  hub = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    requests.push(path);
    const name = /^\/owner\/model\/resolve\/a{40}\/(.+)$/.exec(path)?.[1];
    const content = files[name ?? ''];
    if (path.startsWith('/api/models/owner/model/revision/')) {
      response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ _id: '1', id: 'owner/model', sha }));
    } else if (path === `/api/models/owner/model/tree/${sha}`) {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(tree()));
    } else if (content && request.headers.range === 'bytes=0-0') {
      response
        .writeHead(206, { 'Content-Range': `bytes 0-0/${content.length}`, ETag: '"x"' })
        .end(content.subarray(0, 1));
    } else if (content) {
      response.end(corrupt && name === 'model.safetensors' ? Buffer.alloc(content.length) : content);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening));
});

function tree(): object[] {
  return Object.entries(files).map(([path, content]) => {
    const oid = createHash('sha256').update(content).digest('hex');
    const lfs = path.endsWith('.safetensors') && { lfs: { oid, size: content.length, pointerSize: 130 } };
    return { type: 'file', path, size: content.length, oid: 'b'.repeat(40), ...lfs };
  });
}

afterAll(() => hub.close());

beforeEach(async () => {
  requests = [];
  corrupt = false;
  cacheDir = await mkdtemp(join(tmpdir(), 'geodesic-cache-'));
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(hub.address() as AddressInfo).port}`);
  vi.stubEnv('HF_TOKEN', '');
  vi.stubEnv('GEODESIC_MODEL_SOURCE', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('downloads what is needed of a repository, tells its progress, and then uses the cache', async () => {
  const progress: DownloadProgress[] = [];
  const path = await resolveModel('owner/model', { cacheDir, onProgress: (step) => progress.push(step) });
  expect((await readdir(path)).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
  expect((await readFile(join(path, 'model.safetensors'))).equals(weights)).toBe(true);
  expect(progress.at(-1)).toEqual({ file: 'model.safetensors', receivedBytes: 300_000, totalBytes: 300_000 });
  requests = [];
  expect(await resolveModel('owner/model', { cacheDir })).toBe(path);
  expect(requests).toEqual([]);
  expect(await readdir(join(cacheDir, 'staging'))).toEqual([]);
});

test('a damaged download is refused and leaves nothing behind', async () => {
  corrupt = true;
  await expect(resolveModel('owner/model', { cacheDir })).rejects.toMatchObject({ code: 'models.checksum' });
  expect(await readdir(join(cacheDir, 'staging'))).toEqual([]);
  corrupt = false;
  expect(await readdir(await resolveModel('owner/model', { cacheDir }))).toContain('model.safetensors');
});

test('two downloads at once both end with the whole model', async () => {
  const paths = await Promise.all([1, 2, 3].map(() => resolveModel('owner/model', { cacheDir })));
  expect(new Set(paths).size).toBe(1);
  expect((await readFile(join(paths[0] ?? '', 'model.safetensors'))).equals(weights)).toBe(true);
});

test('what a killed process left in staging is removed', async () => {
  const { hostname } = await import('node:os');
  // No process has this number: it is beyond the largest that Linux gives out.
  const stale = join(cacheDir, 'staging', `${hostname()}-4194305-x`);
  await mkdir(stale, { recursive: true });
  await writeFile(join(stale, 'model.safetensors'), 'half');
  await resolveModel('owner/model', { cacheDir });
  expect(await readdir(join(cacheDir, 'staging'))).toEqual([]);
});

test('an abort ends a download with its reason', async () => {
  const reason = new Error('enough');
  await expect(resolveModel('owner/model', { cacheDir, signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

test('names that lead nowhere are explained', async () => {
  const unknown =
    /no model nonsense: give one of smollm2-135m-instruct, owner\/name on the Hugging Face hub, or the path/;
  await expect(resolveModel('nonsense', { cacheDir })).rejects.toThrow(unknown);
  await expect(resolveModel('__proto__', { cacheDir })).rejects.toMatchObject({ code: 'models.unknown' });
  await expect(resolveModel('./none.gguf', { cacheDir })).rejects.toMatchObject({
    code: 'weights.missing-file',
  });
  await expect(resolveModel('owner/other', { cacheDir })).rejects.toThrow(
    /hub refused owner\/other with status 404: check the name/,
  );
  vi.stubEnv('GEODESIC_MODEL_SOURCE', 'floppy');
  await expect(resolveModel('smollm2-135m-instruct', { cacheDir })).rejects.toThrow(/set it to hub or wheel/);
});

test('paths resolve to themselves', async () => {
  expect(await resolveModel(cacheDir)).toBe(cacheDir);
});

test('a hub that can not be reached is said so, soon', async () => {
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  const start = performance.now();
  await expect(resolveModel('owner/model', { cacheDir })).rejects.toMatchObject({
    code: 'models.unreachable',
  });
  expect(performance.now() - start).toBeLessThan(5000);
});
