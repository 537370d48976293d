import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ggufTokenizer } from './gguf-tokenizer.js';
import { openCheckpoint } from './node/open-checkpoint.js';
import { readModelSource } from './node/read-model-source.js';
import { openCheckpointFiles } from './open-checkpoint-files.js';
import type { RandomAccessFile } from './random-access-file.js';
import { countedFile } from './testing/counted-file.js';
import { bytesFile, safetensorsBytes } from './testing/tiny-files.js';

const golden = (name: string) => readFile(new URL(`../goldens/${name}`, import.meta.url));
const tokenizerGolden = (name: string) => readFile(new URL(`../../../test/goldens/${name}`, import.meta.url));

/** Opens a file and reads everything in it. */
async function readAll(file: RandomAccessFile): Promise<void> {
  const checkpoint = await openCheckpointFiles([file]);
  for (const tensor of checkpoint.names()) await checkpoint.readFloat32(tensor);
  if (checkpoint.format === 'gguf')
    ggufTokenizer(checkpoint.metadata, file.name).encode('Hello  42 <|im_start|> 世界');
}

/** Expects one clear line, and that neither reads nor memory follow what a header claims. */
async function expectRefused(name: string, bytes: Uint8Array, message?: RegExp): Promise<void> {
  const before = process.memoryUsage();
  const file = countedFile(bytesFile(name, bytes));
  const error = await readAll(file).then(
    () => new Error('was read without complaint'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GeodesicError);
  if (!(error instanceof GeodesicError)) return;
  expect(error.message).not.toContain('\n');
  expect(error.message).toContain(name);
  if (message) expect(error.message).toMatch(message);
  // Bytes at most twice: in a chunk that begins with the header, and as a tensor's.
  expect(file.asked.bytes).toBeLessThanOrEqual(2 * bytes.length);
  expect(file.asked.reads).toBeLessThan(10);
  const after = process.memoryUsage();
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(64 << 20);
}

/** A GGUF file of only a header: magic, version, counts, and what follows. */
function ggufBytes(
  tensors: bigint,
  values: bigint,
  rest: Uint8Array = new Uint8Array(64),
  version = 3,
): Uint8Array {
  const bytes = new Uint8Array(24 + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x46554747, true);
  view.setUint32(4, version, true);
  view.setBigUint64(8, tensors, true);
  view.setBigUint64(16, values, true);
  bytes.set(rest, 24);
  return bytes;
}

/** The key "k" and the start of its value. */
function keyValue(type: number, ...words: bigint[]): Uint8Array {
  const bytes = new Uint8Array(8 + 1 + 4 + words.length * 8 + 64);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 1n, true);
  view.setUint8(8, 107);
  view.setUint32(9, type, true);
  words.forEach((word, i) => {
    view.setBigUint64(13 + i * 8, word, true);
  });
  return bytes;
}

const names = ['x.safetensors', 'x.gguf'];

test.each(names)('%s of zero length', (name) => expectRefused(name, new Uint8Array(0), /0 bytes/));

test.each(names)('%s of random bytes', async (name) => {
  const random = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 4096 }), { numRuns: 50, seed: 1 });
  for (const bytes of random) await expectRefused(name, bytes);
});

test.each(['small.safetensors', 'small.gguf'])('%s cut short anywhere', async (name) => {
  const bytes = await golden(name);
  for (let length = 0; length < bytes.length; length += 7)
    await expectRefused(name, bytes.subarray(0, length));
});

test.each([
  [
    'a header longer than the file',
    Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 123, 125),
    /claims a header of 16777216 bytes/,
  ],
  ['a header of 2^63 bytes', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 123, 125), /claims a header/],
  ['a header that is no JSON', safetensorsBytes('{"a":', new Uint8Array(0)), /not valid JSON/],
  ['a header that is a list', safetensorsBytes('[1]', new Uint8Array(0)), /must hold a JSON object/],
  [
    'the same tensor twice',
    safetensorsBytes(`{"a":${entry([1], 0, 4)},"\\u0061":${entry([1], 0, 4)}}`, new Uint8Array(4)),
    /"a" twice/,
  ],
  [
    'a tensor with a field twice',
    safetensorsBytes(
      '{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      new Uint8Array(4),
    ),
    /"dtype" twice/,
  ],
  [
    'a tensor past the end',
    safetensorsBytes(`{"a":${entry([2], 0, 8)}}`, new Uint8Array(4)),
    /before tensor a does/,
  ],
  [
    'an absurd shape',
    safetensorsBytes(`{"a":${entry([2 ** 40, 2 ** 40], 0, 4)}}`, new Uint8Array(4)),
    /not F32 of shape/,
  ],
  [
    'a negative dimension',
    safetensorsBytes(`{"a":${entry([-1, -1], 0, 4)}}`, new Uint8Array(4)),
    /not F32 of shape/,
  ],
  ['a fractional offset', safetensorsBytes(`{"a":${entry([1], 0.5, 4.5)}}`, new Uint8Array(8)), /offsets/],
  [
    'overlapping tensors',
    safetensorsBytes(`{"a":${entry([2], 0, 8)},"b":${entry([1], 4, 8)}}`, new Uint8Array(8)),
    /gap or an overlap before tensor b/,
  ],
  ['a gap', safetensorsBytes(`{"a":${entry([1], 4, 8)}}`, new Uint8Array(8)), /gap or an overlap/],
  [
    'bytes left over',
    safetensorsBytes(`{"a":${entry([1], 0, 4)}}`, new Uint8Array(8)),
    /belong to no tensor/,
  ],
  [
    'a tensor without a dtype',
    safetensorsBytes('{"a":{"shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)),
    /without dtype/,
  ],
])('safetensors with %s', (_, bytes, message) => expectRefused('x.safetensors', bytes, message));

test('safetensors with a string of millions of escapes is read, and a key behind it that is there twice refused', async () => {
  const long = `"__metadata__":{"a":"${'\\\\\\"'.repeat(2_000_000)}"}`;
  const tensor = `"t" : ${entry([1], 0, 4)}`;
  await readAll(bytesFile('x.safetensors', safetensorsBytes(`{${long},${tensor}}`, new Uint8Array(4))));
  const twice = safetensorsBytes(`{${long},${tensor},${tensor}}`, new Uint8Array(4));
  await expect(readAll(bytesFile('x.safetensors', twice))).rejects.toThrow(/"t" twice/);
});

function entry(shape: number[], begin: number, end: number): string {
  return JSON.stringify({ dtype: 'F32', shape, data_offsets: [begin, end] });
}

test.each([
  ['version 1', ggufBytes(0n, 0n, undefined, 1), /version 1/],
  ['the other byte order', ggufBytes(0n, 0n, undefined, 0x03000000), /version 50331648/],
  ['2^60 tensors', ggufBytes(1n << 60n, 0n), /claims 1152921504606846976 tensors/],
  ['2^63 metadata values', ggufBytes(0n, 1n << 63n), /metadata values/],
  [
    'a key of 2^40 bytes',
    ggufBytes(0n, 1n, Uint8Array.from([...keyValue(4)].fill(1, 5, 6))),
    /bytes of text/,
  ],
  ['a text of 2^50 bytes', ggufBytes(0n, 1n, keyValue(8, 1n << 50n)), /bytes of text/],
  // The element type takes four bytes, so the count's bytes lie across two words.
  ['an array of 2^50 numbers', ggufBytes(0n, 1n, keyValue(9, 4n, 1n << 18n)), /array elements/],
  ['a value of unknown type', ggufBytes(0n, 1n, keyValue(77)), /unknown type 77/],
])('GGUF with %s', (_, bytes, message) => expectRefused('x.gguf', bytes, message));

test('deeply nested arrays are refused', () => {
  const level = new Uint8Array(12);
  new DataView(level.buffer).setUint32(0, 9, true);
  new DataView(level.buffer).setBigUint64(4, 1n, true);
  const start = keyValue(9).subarray(0, 13);
  return expectRefused(
    'x.gguf',
    ggufBytes(0n, 1n, Buffer.concat([start, ...Array(1000).fill(level)])),
    /deeper/,
  );
});

const mutations = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
  minLength: 1,
  maxLength: 12,
});

test.each([
  ['small.safetensors', golden],
  ['small.gguf', golden],
  ['tokenizer-sentencepiece.gguf', tokenizerGolden],
  ['tokenizer-bpe.gguf', tokenizerGolden],
])('%s with any bytes changed is read or refused, never anything else', async (name, load) => {
  const valid = new Uint8Array(await load(name));
  const property = fc.asyncProperty(mutations, fc.boolean(), async (changes, early) => {
    const bytes = valid.slice();
    for (const [at, value] of changes)
      bytes[at % (early ? Math.min(600, bytes.length) : bytes.length)] = value;
    try {
      await readAll(bytesFile(name, bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(GeodesicError);
    }
  });
  await fc.assert(property, { numRuns: name.startsWith('small') ? 1000 : 150 });
});

test('paths that lead nowhere or to the wrong thing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-'));
  const missing = join(folder, 'none');
  await expect(openCheckpoint(missing)).rejects.toThrow(`there is no ${missing}: check the path`);
  await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'weights.files' });
  await expect(readModelSource(missing)).rejects.toMatchObject({ code: 'weights.missing-file' });
  await expect(readModelSource(folder)).rejects.toThrow(/has no config.json/);
  await writeFile(join(folder, 'config.json'), '{"a":');
  await expect(readModelSource(folder)).rejects.toThrow(/config.json is not valid JSON/);
  await writeFile(join(folder, 'config.json'), '{}');
  await expect(readModelSource(folder)).rejects.toMatchObject({ code: 'weights.files' });
  await writeFile(join(folder, 'model.safetensors.index.json'), '{"weight_map":{"a":"model-1.safetensors"}}');
  await expect(readModelSource(folder)).rejects.toThrow(/model-1.safetensors \(ENOENT\)/);
});
