import { type CacheForm, tokenBytes } from './cache-sizes.js';

/** Where tokens are, rows of them `capacity` tokens apart. */
export interface PlacedTokens {
  readonly buffer: GPUBuffer;
  readonly capacity: number;
}

/** Records the copy of tokens [rows, tokens, heads, dim] from one memory to another, both of half floats or neither. */
export function copyTokens(
  encoder: GPUCommandEncoder,
  from: PlacedTokens,
  to: PlacedTokens,
  { shape, half }: CacheForm,
): void {
  const [rows, tokens] = shape;
  const bytes = tokenBytes(shape, half);
  for (let row = 0; row < (rows as number); row++) {
    encoder.copyBufferToBuffer(
      from.buffer,
      row * from.capacity * bytes,
      to.buffer,
      row * to.capacity * bytes,
      (tokens as number) * bytes,
    );
  }
}
