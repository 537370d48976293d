import { GeodesicError } from '@geodesic/compiler';
import type { ReadOptions, StoredBlocks, TensorInfo } from './checkpoint.js';
import type { RandomAccessFile } from './random-access-file.js';
import { type TensorCodec, tensorCodecs } from './tensor-codecs.js';

/** A tensor and where its bytes are. Readers make these after checking that the range is inside the file. */
export interface StoredTensor extends TensorInfo {
  readonly file: RandomAccessFile;
  readonly offset: number;
  readonly byteLength: number;
}

// One read() and its buffer; large enough that system calls don't count.
const chunkBytes = 4 << 20;
// Decoded rows waiting to be transposed: they should stay in the second-level cache.
const scratchFloats = 64 << 10;

/** How many values a shape holds, or undefined where a dimension or the product is not a safe integer. */
export function elementCount(shape: readonly number[]): number | undefined {
  let product = 1;
  for (const dim of shape) product *= dim;
  return shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) && Number.isSafeInteger(product)
    ? product
    : undefined;
}

/** The values of one stored tensor; see `Checkpoint.readFloat32`. */
export async function readStoredTensor(
  stored: StoredTensor,
  { transposed = false, matrix }: ReadOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  const tensor = matrix === undefined ? stored : oneOfStack(stored, matrix);
  const codec = codecOf(tensor);
  if (!transposed) return readInOrder(tensor, codec);
  if (tensor.shape.length !== 2) {
    throw new GeodesicError(
      'weights.shape',
      `${tensor.file.name}: tensor ${tensor.name} of shape [${tensor.shape}] is not a matrix, so it can't be read transposed`,
    );
  }
  return readTransposed(tensor, codec, tensor.shape[0]!, tensor.shape[1]!);
}

/** The blocks of one stored matrix; see `Checkpoint.readBlocks`. */
export async function readStoredBlocks(
  stored: StoredTensor,
  { matrix }: Pick<ReadOptions, 'matrix'> = {},
): Promise<StoredBlocks | undefined> {
  const { dtype, shape, file, offset, byteLength } =
    matrix === undefined ? stored : oneOfStack(stored, matrix);
  if (shape.length !== 2 || codecOf(stored).blockElements === 1) return undefined;
  return { dtype, shape: shape as [number, number], bytes: await file.read(offset, byteLength) };
}

function codecOf({ dtype, name, file }: StoredTensor): TensorCodec {
  const codec = tensorCodecs.get(dtype);
  if (codec) return codec;
  throw new GeodesicError(
    'weights.unsupported-dtype',
    `${file.name}: tensor ${name} has dtype ${dtype}; readable are ${[...tensorCodecs.keys()].join(', ')}`,
  );
}

/** The part of a stack [count, out, in] that is its matrix `index`. */
function oneOfStack(tensor: StoredTensor, index: number): StoredTensor {
  const [count = 0, ...shape] = tensor.shape;
  if (shape.length !== 2 || index >= count) {
    throw new GeodesicError(
      'weights.shape',
      `${tensor.file.name}: tensor ${tensor.name} of shape [${tensor.shape}] has no matrix ${index}`,
    );
  }
  const byteLength = tensor.byteLength / count;
  return { ...tensor, shape, byteLength, offset: tensor.offset + index * byteLength };
}

async function readInOrder(tensor: StoredTensor, codec: TensorCodec): Promise<Float32Array<ArrayBuffer>> {
  const blocks = tensor.byteLength / codec.blockBytes;
  const out = new Float32Array(blocks * codec.blockElements);
  const step = Math.floor(chunkBytes / codec.blockBytes);
  for (let first = 0; first < blocks; first += step) {
    const count = Math.min(step, blocks - first);
    const bytes = await tensor.file.read(tensor.offset + first * codec.blockBytes, count * codec.blockBytes);
    codec.decode(bytes, count, out, first * codec.blockElements);
  }
  return out;
}

async function readTransposed(
  tensor: StoredTensor,
  codec: TensorCodec,
  rows: number,
  columns: number,
): Promise<Float32Array<ArrayBuffer>> {
  const out = new Float32Array(rows * columns);
  if (out.length === 0) return out;
  const rowBlocks = columns / codec.blockElements;
  const rowBytes = rowBlocks * codec.blockBytes;
  const tileRows = Math.min(rows, Math.max(16, Math.floor(scratchFloats / columns)));
  const chunkRows = Math.max(tileRows, Math.floor(chunkBytes / rowBytes));
  const scratch = new Float32Array(tileRows * columns);
  for (let first = 0; first < rows; first += chunkRows) {
    const last = Math.min(rows, first + chunkRows);
    const bytes = await tensor.file.read(tensor.offset + first * rowBytes, (last - first) * rowBytes);
    for (let row = first; row < last; row += tileRows) {
      const count = Math.min(tileRows, last - row);
      codec.decode(bytes.subarray((row - first) * rowBytes), count * rowBlocks, scratch, 0);
      transposeTile(scratch, count, columns, out, rows, row);
    }
  }
  return out;
}

/** Writes `scratch` [count, columns] to the columns [row, row + count) of `out` [columns, rows]. */
function transposeTile(
  scratch: Float32Array,
  count: number,
  columns: number,
  out: Float32Array,
  rows: number,
  row: number,
): void {
  // 16 columns are one cache line of each scratch row, which stays cached while its 16 values are used.
  for (let block = 0; block < columns; block += 16) {
    const end = Math.min(columns, block + 16);
    for (let column = block; column < end; column++) {
      const to = column * rows + row;
      for (let r = 0; r < count; r++) out[to + r] = scratch[r * columns + column]!;
    }
  }
}
