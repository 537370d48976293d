import { type AnyNode, GeodesicError } from '@geodesic/compiler';

/** Data of a value, row-major, with its shape. */
export interface ValueData {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Replaces the numbers of a float32 value while a graph runs: gives as many as it gets. */
export type Patch = (value: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}) => Float32Array | Promise<Float32Array>;

/**
 * What a patch makes of a value. It gets a copy: on cpu a tensor's data are its own memory, which may be a weight's.
 *
 * @throws GeodesicError `run.patch` where the value is not float32, or the patch gives something else than as many numbers
 */
export async function replaced(
  node: AnyNode,
  { shape, data }: ValueData,
  patch: Patch,
): Promise<Float32Array> {
  if (data instanceof Int32Array) {
    throw new GeodesicError('run.patch', `'${node.name}' can't be patched: it is not float32`);
  }
  const replacement = await patch({ shape, data: data.slice() });
  if (!(replacement instanceof Float32Array)) {
    throw new GeodesicError('run.patch', `the patch of '${node.name}' must give a Float32Array`);
  }
  // A copy here too: the caller may use its buffer again.
  if (replacement.length === data.length) return replacement.slice();
  throw new GeodesicError(
    'run.patch',
    `the patch of '${node.name}' gave ${replacement.length} numbers instead of ${data.length}`,
  );
}
