import type { StoredRows, StoredWeight } from '@geodesic/models';
import { type Checkpoint, unpermuteRope, unpermuteRopeColumns } from '@geodesic/weights';

/** The tensors that a weight is stored in: one, or one for each of its vectors. */
export function storedNames({ name, stackOf }: StoredWeight): string[] {
  return stackOf === undefined
    ? [name]
    : Array.from({ length: stackOf }, (_, j) => name.replace('{j}', String(j)));
}

/** The shape of each of those tensors, for a weight of `shape`: a matrix is [in, out], a vector [out]. */
export function storedShape(
  { layout = 'outIn', rows, matrix, stackOf }: StoredWeight,
  shape: readonly number[],
): readonly number[] {
  if (stackOf !== undefined) return shape.slice(1);
  if (layout === 'asIs') return shape;
  if (layout === 'vector') return shape.slice(0, 1);
  const out = rows === undefined ? (shape.at(-1) as number) : rows.groups * rows.of;
  if (shape.length === 1) return [out];
  const inputs = shape[0] as number;
  const stored = layout === 'inOut' ? [inputs, out] : [out, inputs];
  return matrix === undefined ? stored : [matrix.of, ...stored];
}

/** Reads weights as the model lays them out: matrices [in, out], vectors [out], each with its own output features only. */
export function weightReader(
  checkpoint: Checkpoint,
): (stored: StoredWeight, shape: readonly number[]) => Promise<Float32Array> {
  // The parts of a fused tensor are asked for one after the other: it is read once.
  let fused: { readonly tensor: string; readonly columns: Float32Array } | undefined;
  const columnsOf = async (stored: StoredWeight, shape: readonly number[]): Promise<Float32Array> => {
    if (stored.rows === undefined) return readColumns(stored, shape, checkpoint);
    const tensor = `${stored.name} ${stored.matrix?.index}`;
    if (fused?.tensor !== tensor) {
      fused = { tensor, columns: await readColumns(stored, shape, checkpoint) };
    }
    return takeColumns(fused.columns, stored.rows);
  };
  return async (stored, shape) => {
    const { interleavedHeads, plus = 0 } = stored;
    const own = await columnsOf(stored, shape);
    const ordered = interleavedHeads === undefined ? own : unpermuted(own, shape, interleavedHeads);
    return plus === 0 ? ordered : ordered.map((value) => value + plus);
  };
}

/** What is stored, all of it, with output features as columns. */
async function readColumns(
  { name, layout = 'outIn', matrix, stackOf }: StoredWeight,
  shape: readonly number[],
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  if (stackOf !== undefined) return readStack(storedNames({ name, stackOf }), checkpoint);
  const transposed = shape.length === 2 && layout === 'outIn';
  const options = matrix === undefined ? { transposed } : { transposed, matrix: matrix.index };
  return checkpoint.readFloat32(name, options);
}

async function readStack(names: readonly string[], checkpoint: Checkpoint): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const name of names) parts.push(await checkpoint.readFloat32(name));
  const stack = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    stack.set(part, start);
    start += part.length;
  }
  return stack;
}

/** The columns of [in, groups · of] that a weight has in a fused tensor, as [in, groups · size]. */
function takeColumns(fused: Float32Array, { groups, of, start, size }: StoredRows): Float32Array {
  const runs = fused.length / of;
  const own = new Float32Array(runs * size);
  // A row of the matrix is `groups` runs, so that runs follow each other throughout.
  if (!Number.isInteger(runs / groups))
    throw new RangeError('a fused tensor does not divide into its groups');
  for (let run = 0; run < runs; run++) {
    own.set(fused.subarray(run * of + start, run * of + start + size), run * size);
  }
  return own;
}

/** Output features that are stored interleaved, head by head, in the order in which halves of a head turn together. */
function unpermuted(columns: Float32Array, shape: readonly number[], heads: number): Float32Array {
  const features = shape.at(-1) as number;
  return shape.length === 1
    ? unpermuteRope(columns, heads, features / heads, 1)
    : unpermuteRopeColumns(columns, heads, features / heads, shape[0] as number);
}
