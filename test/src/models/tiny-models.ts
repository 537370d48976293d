import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheStorage, Device } from '@geodesic/backend';
import { modelFromHuggingFace } from '@geodesic/models';
import { LanguageModel } from '@geodesic/runtime';
import { readModelSource } from '@geodesic/weights/node';
import type { BackendName } from '../describe-backends.js';
import { GOLDENS } from '../read-golden.js';

/** The random checkpoints that the oracle made, and computed with Hugging Face transformers: some of every architecture. */
export const TINY_MODELS: readonly string[] = readdirSync(GOLDENS)
  .filter((name) => name.startsWith('tiny-'))
  .sort();

/** Whether a tiny model has a mixture of experts in any layer. */
export function isMixture(name: string): boolean {
  return 'num_experts_per_tok' in JSON.parse(readFileSync(join(GOLDENS, name, 'config.json'), 'utf8'));
}

/**
 * One for each kind of op that a merge or a cache meets, for backends where all of them would take minutes. Those run every op
 * against plain loops as well, and every model's unmerged logits.
 */
const ONE_OF_EACH_KIND: readonly string[] = [
  'tiny-bloom',
  'tiny-cohere-qknorm',
  'tiny-gemma2',
  'tiny-gptj',
  'tiny-hunyuan',
  'tiny-mistral-window',
  'tiny-mixtral',
  'tiny-opt',
  'tiny-phi3-longrope',
];

/** The tiny models that suites of merging and caching run on a backend. */
export function tinyModelsOn(backend: BackendName): readonly string[] {
  return backend === 'webgpu' || backend === 'node' ? ONE_OF_EACH_KIND : TINY_MODELS;
}

/** Loads a tiny checkpoint to a device. The caller disposes it. */
export async function loadTinyModel(
  name: string,
  device: Device,
  cache?: CacheStorage,
): Promise<LanguageModel> {
  const source = await readModelSource(join(GOLDENS, name));
  try {
    if (source.format !== 'safetensors') throw new RangeError(`${name} is no folder of safetensors`);
    return await LanguageModel.load(modelFromHuggingFace(source.config), source.checkpoint, device, {
      cache,
    });
  } finally {
    await source.checkpoint.close();
  }
}
