import { GeodesicError } from '@geodesic/compiler';
import type { Checkpoint } from './checkpoint.js';
import { openGguf } from './gguf-checkpoint.js';
import type { RandomAccessFile } from './random-access-file.js';
import { openSafetensors } from './safetensors-checkpoint.js';
import { parseJsonObjectStrictly } from './strict-json.js';

/**
 * Opens a checkpoint from files picked by the caller, for example in a browser: one `.gguf`, or one or more
 * `.safetensors` with or without their `.safetensors.index.json`. Other files are left alone. Formats go by the names.
 *
 * @throws GeodesicError `weights.files`, and whatever a damaged file gives
 */
export async function openCheckpointFiles(files: readonly RandomAccessFile[]): Promise<Checkpoint> {
  const safetensors = files.filter((file) => file.name.endsWith('.safetensors'));
  const gguf = files.filter((file) => file.name.endsWith('.gguf'));
  if (safetensors.length > 0 && gguf.length === 0) {
    const index = files.find((file) => file.name.endsWith('.safetensors.index.json'));
    return openSafetensors(safetensors, index && (await readWeightMap(index)));
  }
  if (gguf.length === 1 && safetensors.length === 0) return openGguf(gguf[0]!);
  throw new GeodesicError(
    'weights.files',
    `one .gguf file, or .safetensors files, make a checkpoint; given: ${files.map((file) => file.name).join(', ') || 'none'}`,
  );
}

const maxIndexBytes = 100_000_000;

/**
 * Tensor name to file name, from a `model.safetensors.index.json`. Names with a folder in them are refused.
 *
 * @throws GeodesicError `weights.json`, `weights.shards`
 */
export async function readWeightMap(index: RandomAccessFile): Promise<ReadonlyMap<string, string>> {
  const size = Math.min(index.size, maxIndexBytes);
  const { weight_map: map } = parseJsonObjectStrictly(
    new TextDecoder().decode(await index.read(0, size)),
    index.name,
  );
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  if (
    entries.length > 0 &&
    entries.every(([, file]) => typeof file === 'string' && /^[^/\\]+\.safetensors$/.test(file))
  ) {
    return new Map(entries);
  }
  throw new GeodesicError(
    'weights.shards',
    `${index.name} has no weight_map from tensors to .safetensors files: fetch it again`,
  );
}
