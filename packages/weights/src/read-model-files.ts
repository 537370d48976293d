import { describeFolder, describeGguf } from './describe-model-files.js';
import type { ModelSource } from './model-source.js';
import { openCheckpointFiles } from './open-checkpoint-files.js';
import type { RandomAccessFile } from './random-access-file.js';

/**
 * Opens a model from files picked by the caller, for example in a browser: one `.gguf`, or `.safetensors` files together with
 * `config.json`, `tokenizer.json` and what else is in a model's folder. Reads headers and configuration only.
 *
 * @param path how the files are called together in errors; default: their names
 * @throws GeodesicError `weights.missing-file`, `weights.json`, `weights.files`, and whatever a damaged file gives
 */
export async function readModelFiles(
  files: readonly RandomAccessFile[],
  path = files.map(({ name }) => name).join(', '),
): Promise<ModelSource> {
  if (!files.some(({ name }) => name.endsWith('.safetensors'))) {
    const checkpoint = await openCheckpointFiles(files);
    const gguf = files.find(({ name }) => name.endsWith('.gguf')) as RandomAccessFile;
    return describeGguf(path, gguf.name, checkpoint);
  }
  return describeFolder({
    path,
    openCheckpoint: () => openCheckpointFiles(files),
    readText: (name) => readText(files, name),
    pathOf: (name) => name,
  });
}

async function readText(files: readonly RandomAccessFile[], name: string): Promise<string | undefined> {
  const file = files.find((one) => one.name === name);
  return file && new TextDecoder().decode(await file.read(0, file.size));
}
