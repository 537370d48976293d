import { GeodesicError } from '@geodesic/compiler';
import type { Checkpoint, MetadataValue } from './checkpoint.js';
import type { RandomAccessFile } from './random-access-file.js';
import { readStoredBlocks, readStoredTensor, type StoredTensor } from './stored-tensor.js';

/** The checkpoint that both formats end up as, once their headers are read and checked. */
export function storedCheckpoint(
  format: Checkpoint['format'],
  files: readonly RandomAccessFile[],
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, MetadataValue>,
): Checkpoint {
  const find = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor) return tensor;
    throw new GeodesicError(
      'weights.missing-tensor',
      `${files.map((file) => file.name).join(', ')}: no tensor ${name} among ${tensors.size}; the checkpoint may be of another architecture`,
    );
  };
  return {
    format,
    tensors,
    metadata,
    names: () => [...tensors.keys()],
    readFloat32: async (name, options) => readStoredTensor(find(name), options),
    readBlocks: async (name, options) => readStoredBlocks(find(name), options),
    async close() {
      await Promise.all(files.map((file) => file.close()));
    },
  };
}
