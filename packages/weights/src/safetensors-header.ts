import { GeodesicError } from '@geodesic/compiler';
import * as z from 'zod/mini';
import type { RandomAccessFile } from './random-access-file.js';
import { elementCount, type StoredTensor } from './stored-tensor.js';
import { parseJsonObjectStrictly } from './strict-json.js';

// The safetensors library refuses longer headers too.
const maxHeaderBytes = 100_000_000;

const elementBytes: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E4M3', 'F8_E5M2'].map((dtype) => [dtype, 1] as const),
  ...['I16', 'U16', 'F16', 'BF16'].map((dtype) => [dtype, 2] as const),
  ...['I32', 'U32', 'F32'].map((dtype) => [dtype, 4] as const),
  ...['I64', 'U64', 'F64', 'C64'].map((dtype) => [dtype, 8] as const),
]);

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number()),
  data_offsets: z.tuple([z.number(), z.number()]),
});

/** What a safetensors file says about itself. */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads and checks the header of a safetensors file: 8 bytes of length, then JSON, then the tensors, which must cover the
 * rest of the file without a gap or an overlap.
 *
 * @throws GeodesicError `weights.truncated`, `weights.format` or `weights.json`
 */
export async function readSafetensorsHeader(file: RandomAccessFile): Promise<SafetensorsHeader> {
  if (file.size < 8) throw damaged(file, `has ${file.size} bytes, too few for a safetensors header`);
  const lengthBytes = await file.read(0, 8);
  const length = Number(new DataView(lengthBytes.buffer, lengthBytes.byteOffset, 8).getBigUint64(0, true));
  if (length > maxHeaderBytes || length > file.size - 8) {
    throw damaged(file, `claims a header of ${length} bytes, but has ${file.size} bytes in all`);
  }
  const text = new TextDecoder().decode(await file.read(8, length));
  const { __metadata__: extra = {}, ...entries } = parseJsonObjectStrictly(
    text,
    `the header of ${file.name}`,
  );
  const tensors = Object.entries(entries).map(([name, entry]) => storedTensor(file, 8 + length, name, entry));
  checkCoverage(file, 8 + length, tensors);
  return {
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata: new Map(Object.entries(extra ?? {}).map(([key, value]) => [key, String(value)])),
  };
}

function storedTensor(file: RandomAccessFile, start: number, name: string, entry: unknown): StoredTensor {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw damaged(file, `describes tensor ${name} without dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const count = elementCount(shape);
  const bytes = elementBytes.get(dtype);
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
    throw damaged(file, `gives tensor ${name} the offsets [${begin}, ${end}]`);
  }
  if (count === undefined || (bytes !== undefined && count * bytes !== end - begin)) {
    throw damaged(
      file,
      `gives tensor ${name} ${end - begin} bytes, which is not ${dtype} of shape [${shape}]`,
    );
  }
  return { name, dtype, shape, file, offset: start + begin, byteLength: end - begin };
}

function checkCoverage(file: RandomAccessFile, start: number, tensors: readonly StoredTensor[]): void {
  let end = start;
  const inOrder = [...tensors].sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  for (const tensor of inOrder) {
    if (tensor.offset + tensor.byteLength > file.size) {
      throw damaged(file, `ends at byte ${file.size}, before tensor ${tensor.name} does`);
    }
    if (tensor.offset !== end) throw damaged(file, `has a gap or an overlap before tensor ${tensor.name}`);
    end += tensor.byteLength;
  }
  if (end !== file.size) throw damaged(file, `has ${file.size - end} bytes that belong to no tensor`);
}

function damaged(file: RandomAccessFile, problem: string): GeodesicError {
  return new GeodesicError(
    'weights.format',
    `${file.name} ${problem}: it is truncated or damaged, fetch it again`,
  );
}
