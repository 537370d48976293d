import { webgpuBackend } from '@geodesic/backend-webgpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { modelFromHuggingFace } from '@geodesic/models';
import { LanguageModel } from '@geodesic/runtime';
import { blobFile, openSafetensors } from '@geodesic/weights';

/** A checkpoint in the page's hands, a prompt, what follows it, and how to merge. */
export interface Input {
  readonly config: Readonly<Record<string, unknown>>;
  /** model.safetensors in base64. */
  readonly weights: string;
  readonly prompt: readonly number[];
  readonly next: readonly number[];
  /** Each is run on its own. */
  readonly runs: readonly (readonly SlerpMergeOptions[])[];
}

/** All logits of the prompt, and those after each of the next tokens. */
export interface Output {
  readonly prefill: readonly number[];
  readonly decoded: readonly (readonly number[])[];
  readonly slots: readonly number[];
}

/** Compiles and runs a model on WebGPU, as a user's page would. */
export async function main({ config, weights, prompt, next, runs }: Input): Promise<Output[]> {
  const bytes = Uint8Array.from(atob(weights), (character) => character.charCodeAt(0));
  const checkpoint = await openSafetensors([blobFile(new Blob([bytes]), 'model.safetensors')]);
  const device = await webgpuBackend.open();
  const model = await LanguageModel.load(modelFromHuggingFace(config), checkpoint, device);
  const outputs: Output[] = [];
  for (const merge of runs) {
    const session = model.session({ merge, logits: 'all' });
    const { logits } = await session.prefill([prompt]);
    const { slots } = session;
    const decoded: number[][] = [];
    for (const id of next) decoded.push([...(await session.decode([[id]])).logits.data]);
    outputs.push({ prefill: [...logits.data], decoded, slots });
    session.dispose();
  }
  model.dispose();
  const left = device.tf.memory().numTensors;
  if (left !== 0) throw new Error(`${left} tensors were left behind`);
  return outputs;
}
