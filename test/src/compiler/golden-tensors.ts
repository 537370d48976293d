import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const goldensFolder = join(import.meta.dirname, '..', '..', 'goldens');

/** Reads the float32 tensors of a golden's safetensors file, which this folder's tests need no package for. */
export function readTensors(path: string): (name: string) => Float32Array {
  const bytes = readFileSync(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { readonly dtype: string; readonly data_offsets: readonly [number, number] }
  >;
  return (name) => {
    const entry = header[name];
    if (entry?.dtype !== 'F32') throw new RangeError(`${path} has no float32 tensor '${name}'`);
    const [start, end] = entry.data_offsets.map((offset) => 8 + headerLength + offset) as [number, number];
    return Float32Array.from({ length: (end - start) / 4 }, (_, i) => bytes.readFloatLE(start + 4 * i));
  };
}
