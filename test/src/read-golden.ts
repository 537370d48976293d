import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the goldens; test/oracle/README.md says what is in them. */
export const GOLDENS = join(import.meta.dirname, '../goldens');

/** A golden: what its manifest says, and its tensors by name. */
export interface Golden<Manifest> {
  readonly manifest: Manifest;
  readonly tensors: ReadonlyMap<string, GoldenTensor>;
}

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Reads `<path>.json` and the float32 and int32 tensors of `<path>.safetensors`. By itself: the project's own reader is
 * under test.
 *
 * @param path below test/goldens, such as `tiny-mistral/merged`
 */
export async function readGolden<Manifest>(path: string): Promise<Golden<Manifest>> {
  const manifest = JSON.parse(await readFile(join(GOLDENS, `${path}.json`), 'utf8')) as Manifest;
  const { buffer, byteOffset } = await readFile(join(GOLDENS, `${path}.safetensors`));
  const headerLength = Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
  const header = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, byteOffset + 8, headerLength)),
  ) as Header;
  const start = byteOffset + 8 + headerLength;
  const tensors = new Map<string, GoldenTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (!('dtype' in entry)) continue;
    const bytes = buffer.slice(start + entry.data_offsets[0], start + entry.data_offsets[1]);
    // Ids are below 2^24: float32 holds them exactly.
    const data = entry.dtype === 'I32' ? Float32Array.from(new Int32Array(bytes)) : new Float32Array(bytes);
    tensors.set(name, { shape: entry.shape, data });
  }
  return { manifest, tensors };
}

interface Entry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The header of a safetensors file: tensors by name, and `__metadata__`. */
type Header = Readonly<Record<string, Entry | Readonly<Record<string, never>>>>;

/** A tensor of a golden; one that it lacks is a defect of the test. */
export function tensorOf({ tensors }: Pick<Golden<unknown>, 'tensors'>, name: string): GoldenTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new RangeError(`the golden has no tensor '${name}'`);
  return tensor;
}

/** One row of a tensor [rows, columns]. */
export function rowOf({ shape, data }: GoldenTensor, row: number): Float32Array {
  const columns = shape[1] as number;
  return data.subarray(row * columns, (row + 1) * columns);
}
