import { GeodesicError } from '@geodesic/compiler';
import type { Checkpoint } from './checkpoint.js';
import type { RandomAccessFile } from './random-access-file.js';
import { readSafetensorsHeader } from './safetensors-header.js';
import { storedCheckpoint } from './stored-checkpoint.js';
import type { StoredTensor } from './stored-tensor.js';

/**
 * Opens one safetensors file or all shards of a checkpoint.
 *
 * @param files the shards, each a `.safetensors` file
 * @param weightMap tensor name to file name, from `model.safetensors.index.json`: each tensor must be where it says
 * @throws GeodesicError for a damaged header, a tensor in two shards, or one that is not where the index says
 */
export async function openSafetensors(
  files: readonly RandomAccessFile[],
  weightMap?: ReadonlyMap<string, string>,
): Promise<Checkpoint> {
  const tensors = new Map<string, StoredTensor>();
  const metadata = new Map<string, string>();
  for (const file of files) {
    const header = await readSafetensorsHeader(file);
    for (const [key, value] of header.metadata) metadata.set(key, value);
    for (const [name, tensor] of header.tensors) {
      const other = tensors.get(name);
      if (other) throw misplaced(`tensor ${name} is in both ${other.file.name} and ${file.name}`);
      tensors.set(name, tensor);
    }
  }
  for (const [name, fileName] of weightMap ?? []) {
    if (tensors.get(name)?.file.name !== fileName)
      throw misplaced(`the index places tensor ${name} in ${fileName}, which lacks it`);
  }
  return storedCheckpoint('safetensors', files, tensors, metadata);
}

function misplaced(problem: string): GeodesicError {
  return new GeodesicError(
    'weights.shards',
    `${problem}: the shards are of different checkpoints, fetch them again`,
  );
}
