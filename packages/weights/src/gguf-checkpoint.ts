import { GeodesicError } from '@geodesic/compiler';
import type { Checkpoint } from './checkpoint.js';
import { readGgufHeader } from './gguf-header.js';
import type { RandomAccessFile } from './random-access-file.js';
import { storedCheckpoint } from './stored-checkpoint.js';

/**
 * Opens a GGUF file, version 2 or 3. Shapes are reversed from ggml's order to row-major: a projection is [out, in].
 *
 * @throws GeodesicError for a damaged header and for a checkpoint split over several files
 */
export async function openGguf(file: RandomAccessFile): Promise<Checkpoint> {
  const { metadata, tensors } = await readGgufHeader(file);
  const parts = metadata.get('split.count');
  if (typeof parts === 'number' && parts > 1) {
    throw new GeodesicError(
      'weights.shards',
      `${file.name} is one of ${parts} parts: join them first with llama-gguf-split --merge`,
    );
  }
  return storedCheckpoint('gguf', [file], tensors, metadata);
}
