import type { HostArray, ValueId } from '@geodesic/compiler';
import type { TokenStreams } from './step-context.js';

/**
 * What attention kernels read of each token, [B, N, 4]: the last position of its extent, or −1 for padding; what its size adds to scores
 * where attention is proportional; its position.
 */
export function tokenVectors(
  { extents, sizes, positions, proportional }: TokenStreams,
  hostValue: (id: ValueId) => HostArray,
): HostArray {
  const { shape, data: size } = hostValue(sizes);
  const extent = hostValue(extents).data;
  const position = positions === undefined ? undefined : hostValue(positions).data;
  const data = new Float32Array(4 * size.length);
  for (let i = 0; i < size.length; i++) {
    const isToken = (size[i] as number) > 0;
    data[4 * i] = isToken ? (extent[2 * i + 1] as number) : -1;
    data[4 * i + 1] = proportional && isToken ? Math.log(size[i] as number) : 0;
    data[4 * i + 2] = position?.[i] ?? 0;
  }
  return { shape: [...shape, 4], data };
}
