/** A small array on the host: token ids, position ids, extents, sizes, merge plans and rotary tables. Row-major. */
export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Indices of the valid tokens (size > 0) of each row of sizes [B, N]. */
export function validTokens(sizes: HostArray): number[][] {
  const [rows = 0, length = 0] = sizes.shape;
  return Array.from({ length: rows }, (_, row) => {
    const tokens: number[] = [];
    for (let i = 0; i < length; i++) if ((sizes.data[row * length + i] as number) > 0) tokens.push(i);
    return tokens;
  });
}
