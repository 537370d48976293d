import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openCheckpoint } from './node/open-checkpoint.js';
import { openCheckpointFiles } from './open-checkpoint-files.js';
import { tensorCodecs } from './tensor-codecs.js';
import { countedFile } from './testing/counted-file.js';
import { safetensorsFile, textFile } from './testing/tiny-files.js';

const golden = (name: string) => fileURLToPath(new URL(`../goldens/${name}`, import.meta.url));
const ramp = (count: number) => Float32Array.from({ length: count }, (_, i) => i / 4);

/** [rows, columns] to [columns, rows], the slow and obvious way. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0,
  );
}

/** How many values differ: toEqual takes seconds for a million of them. */
function differences(a: Float32Array, b: Float32Array): number {
  return Math.abs(a.length - b.length) + a.filter((value, i) => value !== b[i]).length;
}

test('reads what the Python package safetensors wrote', async () => {
  const checkpoint = await openCheckpoint(golden('small.safetensors'));
  expect(checkpoint.format).toBe('safetensors');
  expect(checkpoint.names().sort()).toEqual(['brain', 'flags', 'full', 'half', 'scalar']);
  expect(checkpoint.tensors.get('half')).toMatchObject({ dtype: 'F16', shape: [3, 5] });
  expect(checkpoint.metadata.get('format')).toBe('pt');
  expect(await checkpoint.readFloat32('full')).toEqual(ramp(7));
  expect(await checkpoint.readFloat32('half')).toEqual(ramp(15));
  expect(await checkpoint.readFloat32('brain')).toEqual(ramp(8));
  expect(await checkpoint.readFloat32('scalar')).toEqual(Float32Array.of(1.5));
  expect(await checkpoint.readFloat32('half', { transposed: true })).toEqual(transpose(ramp(15), 3, 5));
  await checkpoint.close();
});

test('reads what the Python package gguf wrote', async () => {
  const checkpoint = await openCheckpoint(golden('small.gguf'));
  expect(checkpoint.format).toBe('gguf');
  expect(checkpoint.names()).toEqual(['full', 'half', 'quantised']);
  expect(checkpoint.tensors.get('full')).toMatchObject({ dtype: 'F32', shape: [3, 5] });
  expect(checkpoint.metadata.get('test.texts')).toEqual(['one', '', 'drei']);
  expect(checkpoint.metadata.get('test.numbers')).toEqual(Int32Array.of(1, 2, 3));
  expect(checkpoint.metadata.get('test.large')).toBe(2n ** 63n);
  expect(checkpoint.metadata.get('test.flag')).toBe(true);
  expect(checkpoint.metadata.get('test.float')).toBe(0.5);
  expect(await checkpoint.readFloat32('full')).toEqual(ramp(15));
  expect(await checkpoint.readFloat32('half', { transposed: true })).toEqual(transpose(ramp(8), 4, 2));
  const quantised = await checkpoint.readFloat32('quantised');
  expect(quantised.every((value, i) => Math.abs(value - Math.sin(i / 4)) < 0.005)).toBe(true);
  expect(await checkpoint.readFloat32('quantised', { transposed: true })).toEqual(
    transpose(quantised, 6, 64),
  );
  await checkpoint.close();
});

test('gives the blocks of quantised matrices, and of nothing else', async () => {
  const checkpoint = await openCheckpoint(golden('small.gguf'));
  const blocks = await checkpoint.readBlocks('quantised');
  expect(blocks?.shape).toEqual([6, 64]);
  expect(blocks?.dtype).toBe(checkpoint.tensors.get('quantised')?.dtype);
  const codec = tensorCodecs.get(blocks!.dtype)!;
  const values = new Float32Array(6 * 64);
  codec.decode(blocks!.bytes, values.length / codec.blockElements, values, 0);
  expect(values).toEqual(await checkpoint.readFloat32('quantised'));
  expect(await checkpoint.readBlocks('full')).toBeUndefined();
  expect(await checkpoint.readBlocks('half')).toBeUndefined();
  await expect(checkpoint.readBlocks('nope')).rejects.toMatchObject({ code: 'weights.missing-tensor' });
  await checkpoint.close();
});

test('transposes matrices that take several tiles and chunks, and reads each chunk once', async () => {
  const [rows, columns] = [700, 1700];
  const values = ramp(rows * columns);
  const file = countedFile(safetensorsFile('m.safetensors', { m: { shape: [rows, columns], values } }));
  const checkpoint = await openCheckpointFiles([file]);
  const header = { ...file.asked };
  const turned = transpose(values, rows, columns);
  expect(differences(await checkpoint.readFloat32('m'), values)).toBe(0);
  expect(differences(await checkpoint.readFloat32('m', { transposed: true }), turned)).toBe(0);
  // Chunks are of 4 MiB, and the matrix of a little more.
  expect(file.asked.reads - header.reads).toBe(2 * 2);
  expect(file.asked.bytes - header.bytes).toBe(2 * values.byteLength);
});

test('reads shards through their index', async () => {
  const shards = [
    safetensorsFile('model-1.safetensors', { a: { shape: [2], values: ramp(2) } }),
    safetensorsFile('model-2.safetensors', { b: { shape: [3], values: ramp(3) } }),
  ];
  const index = (map: object) =>
    textFile('model.safetensors.index.json', JSON.stringify({ weight_map: map }));
  const good = index({ a: 'model-1.safetensors', b: 'model-2.safetensors' });
  const checkpoint = await openCheckpointFiles([...shards, good]);
  expect(checkpoint.names()).toEqual(['a', 'b']);
  expect(await checkpoint.readFloat32('b')).toEqual(ramp(3));
  const swapped = index({ a: 'model-2.safetensors' });
  await expect(openCheckpointFiles([...shards, swapped])).rejects.toMatchObject({ code: 'weights.shards' });
  const outside = index({ a: '../model-2.safetensors' });
  await expect(openCheckpointFiles([...shards, outside])).rejects.toMatchObject({ code: 'weights.shards' });
});

test('of a folder, the files named as they should be come first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'geodesic-folder-'));
  const put = async (name: string, tensor: string) => {
    const file = safetensorsFile(name, { [tensor]: { shape: [2], values: ramp(2) } });
    await writeFile(join(folder, name), await file.read(0, file.size));
  };
  const putIndex = (name: string, map: object) =>
    writeFile(join(folder, name), JSON.stringify({ weight_map: map }));
  const names = async () => {
    const checkpoint = await openCheckpoint(folder);
    await checkpoint.close();
    return checkpoint.names();
  };
  await copyFile(golden('small.gguf'), join(folder, 'm.gguf'));
  expect(await names()).toContain('quantised');
  await put('a.safetensors', 'a');
  await put('b.safetensors', 'b');
  expect(await names()).toEqual(['a', 'b']);
  await putIndex('consolidated.safetensors.index.json', { b: 'b.safetensors' });
  expect(await names()).toEqual(['b']);
  await put('model.safetensors', 'm');
  expect(await names()).toEqual(['m']);
  await putIndex('model.safetensors.index.json', { a: 'a.safetensors' });
  expect(await names()).toEqual(['a']);
});

test('says which tensor is missing, unreadable or not a matrix', async () => {
  const checkpoint = await openCheckpoint(golden('small.safetensors'));
  await expect(checkpoint.readFloat32('nope')).rejects.toMatchObject({ code: 'weights.missing-tensor' });
  await expect(checkpoint.readFloat32('flags')).rejects.toThrow(/flags has dtype BOOL; readable are F32/);
  await expect(checkpoint.readFloat32('brain', { transposed: true })).rejects.toMatchObject({
    code: 'weights.shape',
  });
  await checkpoint.close();
});
