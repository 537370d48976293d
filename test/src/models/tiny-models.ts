import { join } from 'node:path';
import type { Device } from '@geodesic/backend';
import { modelFromHuggingFace } from '@geodesic/models';
import { LanguageModel } from '@geodesic/runtime';
import { readModelSource } from '@geodesic/weights/node';
import { GOLDENS } from '../read-golden.js';

/** The random checkpoints that the oracle made, and computed with Hugging Face transformers. */
export const TINY_MODELS = [
  'tiny-llama',
  'tiny-llama3',
  'tiny-llama-bias',
  'tiny-mistral',
  'tiny-mistral-window',
] as const;

export type TinyModel = (typeof TINY_MODELS)[number];

/** Loads a tiny checkpoint to a device. The caller disposes it. */
export async function loadTinyModel(name: TinyModel, device: Device): Promise<LanguageModel> {
  const source = await readModelSource(join(GOLDENS, name));
  try {
    if (source.format !== 'safetensors') throw new RangeError(`${name} is no folder of safetensors`);
    return await LanguageModel.load(modelFromHuggingFace(source.config), source.checkpoint, device);
  } finally {
    await source.checkpoint.close();
  }
}
