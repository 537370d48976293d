/**
 * Undoes the row order that llama.cpp's converter gives query and key projections of Llama-style models.
 *
 * Its rotary embedding turns neighbouring rows (2i, 2i+1) of a head; Hugging Face's turns rows (i, i + headDim/2). The
 * converter therefore interleaves the two halves of each head (`LlamaModel.permute` in convert_hf_to_gguf.py), and this
 * puts row 2i of a head back to row i, and row 2i+1 to row i + headDim/2.
 *
 * @param rows a [heads × headDim, inFeatures] matrix, or a bias with inFeatures = 1; left as it is
 * @returns a new array of the same size in Hugging Face's order
 */
export function unpermuteRope(
  rows: Float32Array,
  heads: number,
  headDim: number,
  inFeatures: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length);
  interleavedRows(heads, headDim).forEach((from, to) => {
    out.set(rows.subarray(from * inFeatures, (from + 1) * inFeatures), to * inFeatures);
  });
  return out;
}

/** `unpermuteRope` for a matrix that was read transposed: [inFeatures, heads × headDim]. */
export function unpermuteRopeColumns(
  columns: Float32Array,
  heads: number,
  headDim: number,
  inFeatures: number,
): Float32Array<ArrayBuffer> {
  const width = heads * headDim;
  const from = interleavedRows(heads, headDim);
  const out = new Float32Array(columns.length);
  for (let start = 0; start < inFeatures * width; start += width) {
    for (let to = 0; to < width; to++) out[start + to] = columns[start + from[to]!]!;
  }
  return out;
}

/** For each row in Hugging Face's order, its row in llama.cpp's. */
export function interleavedRows(heads: number, headDim: number): Int32Array {
  const half = headDim / 2;
  return Int32Array.from({ length: heads * headDim }, (_, to) => {
    const row = to % headDim;
    return to - row + (row < half ? 2 * row : 2 * (row - half) + 1);
  });
}
