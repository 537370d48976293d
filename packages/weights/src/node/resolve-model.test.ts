import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
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
/** Cuts the connection after so many bytes of the weights. */
let breakAfter: number | undefined;
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
    } else if (content && name === 'model.safetensors' && breakAfter !== undefined) {
      if (breakAfter === 0) request.socket.destroy();
      else response.write(content.subarray(0, breakAfter), () => request.socket.destroy());
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
  breakAfter = undefined;
  cacheDir = await mkdtemp(join(tmpdir(), 'geodesic-cache-'));
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(hub.address() as AddressInfo).port}`);
  vi.stubEnv('HF_TOKEN', '');
  vi.stubEnv('GEODESIC_MODEL_SOURCE', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
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

test('downloads one of several GGUF files, and keeps it apart from others', async () => {
  const names = ['model-Q4_0.gguf', 'model-Q8_0.gguf'];
  for (const name of names) files[name] = Buffer.from(name);
  onTestFinished(() => {
    for (const name of names) delete files[name];
  });
  for (const [asked, file] of [
    ['owner/model:q4_0', 'model-Q4_0.gguf'],
    ['owner/model@main:Q8_0', 'model-Q8_0.gguf'],
  ] as const) {
    const path = await resolveModel(asked, { cacheDir });
    expect(await readdir(path)).toEqual([file]);
    requests = [];
    expect(await resolveModel(asked.replace('q4', 'Q4'), { cacheDir })).toBe(path);
    expect(requests).toEqual([]);
  }
  expect(await readdir(join(cacheDir, 'models'))).toEqual(['owner--model+Q4_0', 'owner--model@main+Q8_0']);
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

/** Puts a staging folder there, last written some hours ago, for a process of another number than any that runs. */
async function leaveStaging(host: string, hours: number): Promise<string> {
  // Beyond the largest number that Linux gives out.
  const name = `${host}-4194305-${randomUUID()}`;
  const folder = join(cacheDir, 'staging', name);
  const time = new Date(Date.now() - hours * 3_600_000);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), 'half');
  for (const path of [join(folder, 'model.safetensors'), folder]) await utimes(path, time, time);
  return name;
}

test('what killed processes left in staging is removed, and nothing that may be in use', async () => {
  await leaveStaging(hostname(), 2);
  await leaveStaging('elsewhere', 25);
  const recent = await leaveStaging(hostname(), 0.5);
  const others = [await leaveStaging('elsewhere', 2), await leaveStaging(`${hostname()}-5`, 2)];
  // An old folder in which a file is still growing.
  const growing = await leaveStaging(hostname(), 30);
  await utimes(join(cacheDir, 'staging', growing, 'model.safetensors'), new Date(), new Date());
  await resolveModel('owner/model', { cacheDir });
  expect((await readdir(join(cacheDir, 'staging'))).sort()).toEqual([recent, growing, ...others].sort());
});

test('a cache that can not be written is named, and not taken for the network', async () => {
  await writeFile(join(cacheDir, 'file'), '');
  const unusable = join(cacheDir, 'file', 'x');
  await expect(resolveModel('owner/model', { cacheDir: unusable })).rejects.toMatchObject({
    code: 'models.cache',
    message: `can't write the cache ${unusable} (ENOTDIR): make it a folder that can be written, or set GEODESIC_CACHE to another folder`,
  });
});

test('a full disk is not taken for the network', async () => {
  const onProgress = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
  };
  await expect(resolveModel('owner/model', { cacheDir, onProgress })).rejects.toMatchObject({
    code: 'models.cache',
    message: `can't write the cache ${cacheDir} (ENOSPC): free space, or set GEODESIC_CACHE to another folder`,
  });
});

test('a mistake in the code is not taken for the network', async () => {
  const mistake = new TypeError('x is not a function');
  const onProgress = () => {
    throw mistake;
  };
  await expect(resolveModel('owner/model', { cacheDir, onProgress })).rejects.toBe(mistake);
});

test.each([
  ['no byte of it', 0],
  ['half of it', 100_000],
])('a connection that breaks off in a file after %s is of the network', async (_, bytes) => {
  breakAfter = bytes;
  await expect(resolveModel('owner/model', { cacheDir })).rejects.toMatchObject({
    code: 'models.unreachable',
  });
});

test('an abort ends a download with its reason', async () => {
  const reason = new Error('enough');
  await expect(resolveModel('owner/model', { cacheDir, signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

test('names that lead nowhere are explained', async () => {
  const unknown =
    /no model nonsense: give one of smollm2-135m-instruct, gemma3-270m, owner\/name or owner\/name:quantisation on the Hugging Face hub, or the path/;
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

test("a gateway's page in place of an answer is of the network", async () => {
  const gateway = createServer((_, response) => response.end('<html>Please log in</html>'));
  await new Promise<void>((listening) => gateway.listen(0, '127.0.0.1', listening));
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
  await expect(resolveModel('owner/model', { cacheDir })).rejects.toMatchObject({
    code: 'models.unreachable',
  });
  gateway.close();
});

test('a hub that can not be reached is said so, at the first attempt', async () => {
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  const attempts = vi.spyOn(globalThis, 'fetch');
  await expect(resolveModel('owner/model', { cacheDir })).rejects.toMatchObject({
    code: 'models.unreachable',
  });
  expect(attempts).toHaveBeenCalledOnce();
});

test('takes no path where it is told so', async () => {
  expect(await resolveModel('package.json', { cacheDir })).toMatch(/package\.json$/);
  await expect(resolveModel('package.json', { cacheDir, paths: false })).rejects.toMatchObject({
    code: 'models.unknown',
  });
});
