import type { Device } from '@geodesic/backend';
import { modelFromHuggingFace } from '@geodesic/models';
import { LanguageModel } from '@geodesic/runtime';
import { blobFile, openSafetensors } from '@geodesic/weights';

/** A tiny model as a test hands it to a page. */
export interface TinyModelFiles {
  readonly config: Readonly<Record<string, unknown>>;
  /** Base64 of its safetensors file. */
  readonly weights: string;
}

/** Loads a tiny model to a device. The caller disposes it. */
export async function loadTinyModel(
  { config, weights }: TinyModelFiles,
  device: Device,
): Promise<LanguageModel> {
  const bytes = Uint8Array.from(atob(weights), (character) => character.charCodeAt(0));
  const checkpoint = await openSafetensors([blobFile(new Blob([bytes]), 'model.safetensors')]);
  return LanguageModel.load(modelFromHuggingFace(config), checkpoint, device);
}
