import type { QuantisedMatrix } from '@geodesic/backend';
import type { StoredRows, StoredWeight } from '@geodesic/models';
import { type Checkpoint, interleavedRows, type StoredBlocks } from '@geodesic/weights';

/**
 * Reads weights as the quantised blocks that they are stored in, each with its own output features only and in the model's order:
 * blocks run along the inputs, so that whole rows of them are taken and moved. Undefined where a weight is not stored so, or where
 * its recipe changes its numbers or turns it.
 */
export function blockReader(
  checkpoint: Checkpoint,
): (stored: StoredWeight) => Promise<QuantisedMatrix | undefined> {
  return async ({ name, layout = 'outIn', rows, matrix, stackOf, plus = 0, interleavedHeads }) => {
    if (checkpoint.format !== 'gguf' || layout !== 'outIn' || stackOf !== undefined || plus !== 0) return;
    const blocks = await checkpoint.readBlocks(name, matrix === undefined ? {} : { matrix: matrix.index });
    if (blocks === undefined) return undefined;
    const own = rows === undefined ? blocks : takeRows(blocks, rowsOf(rows));
    if (interleavedHeads === undefined) return own;
    const [features] = own.shape;
    return takeRows(own, interleavedRows(interleavedHeads, features / interleavedHeads));
  };
}

/** The rows that a weight has in a fused tensor. */
function rowsOf({ groups, of, start, size }: StoredRows): Int32Array {
  return Int32Array.from(
    { length: groups * size },
    (_, row) => Math.floor(row / size) * of + start + (row % size),
  );
}

/** These rows of a matrix, in their order. */
function takeRows({ dtype, shape: [count, inputs], bytes }: StoredBlocks, rows: Int32Array): StoredBlocks {
  const rowBytes = bytes.length / count;
  const taken = new Uint8Array(rows.length * rowBytes);
  rows.forEach((from, to) => {
    taken.set(bytes.subarray(from * rowBytes, (from + 1) * rowBytes), to * rowBytes);
  });
  return { dtype, shape: [rows.length, inputs], bytes: taken };
}
