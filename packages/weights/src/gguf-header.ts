import type { MetadataValue } from './checkpoint.js';
import { ggmlType } from './ggml-types.js';
import { GgufCursor } from './gguf-cursor.js';
import type { RandomAccessFile } from './random-access-file.js';
import { elementCount, type StoredTensor } from './stored-tensor.js';
import { tensorCodecs } from './tensor-codecs.js';

// As ggml: no tensor has more dimensions.
const maxDims = 4;
const maxNesting = 4;
// Far above any vocabulary; keeps an array of empty texts from taking hundreds of times the memory it takes on disk.
const maxArrayLength = 1 << 24;

const stringType = 8;
const arrayType = 9;

type NumberArray = Exclude<MetadataValue, string | number | bigint | boolean | readonly MetadataValue[]>;

/** The scalar value types by GGUF's number: bytes each, and how to view a run of them. */
const scalarTypes: ReadonlyMap<
  number,
  { bytes: number; view(buffer: ArrayBuffer): NumberArray | readonly MetadataValue[] }
> = new Map([
  [0, { bytes: 1, view: (buffer: ArrayBuffer) => new Uint8Array(buffer) }],
  [1, { bytes: 1, view: (buffer: ArrayBuffer) => new Int8Array(buffer) }],
  [2, { bytes: 2, view: (buffer: ArrayBuffer) => new Uint16Array(buffer) }],
  [3, { bytes: 2, view: (buffer: ArrayBuffer) => new Int16Array(buffer) }],
  [4, { bytes: 4, view: (buffer: ArrayBuffer) => new Uint32Array(buffer) }],
  [5, { bytes: 4, view: (buffer: ArrayBuffer) => new Int32Array(buffer) }],
  [6, { bytes: 4, view: (buffer: ArrayBuffer) => new Float32Array(buffer) }],
  [7, { bytes: 1, view: (buffer: ArrayBuffer) => Array.from(new Uint8Array(buffer), (byte) => byte !== 0) }],
  [10, { bytes: 8, view: (buffer: ArrayBuffer) => Array.from(new BigUint64Array(buffer), exactNumber) }],
  [11, { bytes: 8, view: (buffer: ArrayBuffer) => Array.from(new BigInt64Array(buffer), exactNumber) }],
  [12, { bytes: 8, view: (buffer: ArrayBuffer) => new Float64Array(buffer) }],
]);

/** What a GGUF file says about itself. */
export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads and checks the header of a GGUF file, version 2 or 3, little-endian. Every count is compared with the bytes that
 * follow before anything is allocated for it, and every tensor must lie inside the file and overlap no other.
 *
 * @throws GeodesicError `weights.format` or `weights.truncated`
 */
export async function readGgufHeader(file: RandomAccessFile): Promise<GgufHeader> {
  const cursor = new GgufCursor(file);
  if (file.size < 24) throw cursor.error(`has ${file.size} bytes, too few for a GGUF header`);
  if ((await cursor.u32()) !== 0x46554747)
    throw cursor.error('does not start with GGUF, so it is another kind of file');
  const version = await cursor.u32();
  if (version !== 2 && version !== 3)
    throw cursor.error(`is GGUF version ${version}; versions 2 and 3 are readable`);
  const tensorCount = await cursor.count(24, 'tensors');
  const metadata = await readMetadata(cursor);
  const entries: TensorEntry[] = [];
  for (let i = 0; i < tensorCount; i++) entries.push(await readTensorEntry(cursor));
  return { metadata, tensors: placeTensors(file, cursor, entries, alignmentOf(cursor, metadata)) };
}

async function readMetadata(cursor: GgufCursor): Promise<Map<string, MetadataValue>> {
  const metadata = new Map<string, MetadataValue>();
  const count = await cursor.count(13, 'metadata values');
  for (let i = 0; i < count; i++) {
    const key = await cursor.string();
    if (metadata.has(key)) throw cursor.error(`has the metadata key ${key} twice`);
    metadata.set(key, await readValue(cursor, await cursor.u32(), 0));
  }
  return metadata;
}

async function readValue(cursor: GgufCursor, type: number, depth: number): Promise<MetadataValue> {
  if (type === stringType) return cursor.string();
  if (type === arrayType) return readArray(cursor, depth + 1);
  const scalar = scalarTypes.get(type);
  if (!scalar) throw cursor.error(`has a metadata value of unknown type ${type}`);
  return scalar.view(await cursor.bytes(scalar.bytes))[0]!;
}

async function readArray(cursor: GgufCursor, depth: number): Promise<MetadataValue> {
  if (depth > maxNesting) throw cursor.error(`nests metadata arrays deeper than ${maxNesting}`);
  const type = await cursor.u32();
  const scalar = scalarTypes.get(type);
  const count = await cursor.count(scalar?.bytes ?? (type === stringType ? 8 : 12), 'array elements');
  if (count > maxArrayLength) throw cursor.error(`has a metadata array of ${count} elements`);
  if (scalar) return scalar.view(await cursor.bytes(count * scalar.bytes));
  if (type === stringType) return cursor.strings(count);
  const values: MetadataValue[] = [];
  for (let i = 0; i < count; i++) values.push(await readValue(cursor, type, depth));
  return values;
}

interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the start of the tensor data. */
  readonly offset: number;
}

async function readTensorEntry(cursor: GgufCursor): Promise<TensorEntry> {
  const name = await cursor.string();
  const dims = await cursor.u32();
  if (dims > maxDims) throw cursor.error(`gives tensor ${name} ${dims} dimensions`);
  const shape: number[] = [];
  for (let i = 0; i < dims; i++) shape.unshift(Number(await cursor.u64()));
  const dtype = ggmlType(await cursor.u32());
  return { name, dtype, shape, offset: Number(await cursor.u64()) };
}

function alignmentOf(cursor: GgufCursor, metadata: ReadonlyMap<string, MetadataValue>): number {
  const alignment = metadata.get('general.alignment') ?? 32;
  if (
    typeof alignment === 'number' &&
    alignment > 0 &&
    alignment <= 1 << 20 &&
    Number.isInteger(Math.log2(alignment))
  ) {
    return alignment;
  }
  throw cursor.error('has a general.alignment that is not a power of two');
}

function placeTensors(
  file: RandomAccessFile,
  cursor: GgufCursor,
  entries: readonly TensorEntry[],
  alignment: number,
): Map<string, StoredTensor> {
  const start = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, StoredTensor>();
  let end = start;
  let last = '';
  for (const { name, dtype, shape, offset } of [...entries].sort((a, b) => a.offset - b.offset)) {
    const byteLength = tensorBytes(dtype, shape);
    if (byteLength === undefined || offset % alignment !== 0) {
      throw cursor.error(
        `gives tensor ${name} (${dtype}) the shape [${shape}] at offset ${offset}, which can't be`,
      );
    }
    if (start + offset < end) throw cursor.error(`has tensors ${last} and ${name} overlap`);
    end = start + offset + byteLength;
    if (end > file.size)
      throw cursor.error(`has tensor ${name} end at byte ${end}, but the file at ${file.size}`);
    if (tensors.has(name)) throw cursor.error(`has the tensor ${name} twice`);
    tensors.set(name, { name, dtype, shape, file, offset: start + offset, byteLength });
    last = name;
  }
  // In the order of the file's list, which readers see in names().
  return new Map(entries.map(({ name }) => [name, tensors.get(name)!]));
}

/** Bytes of a tensor, 0 where the layout of its dtype is not known here, undefined where the shape can't be. */
function tensorBytes(dtype: string, shape: readonly number[]): number | undefined {
  const count = elementCount(shape);
  const codec = tensorCodecs.get(dtype);
  if (count === undefined || !codec) return count === undefined ? undefined : 0;
  if ((shape.at(-1) ?? 1) % codec.blockElements !== 0) return undefined;
  return (count / codec.blockElements) * codec.blockBytes;
}

function exactNumber(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
