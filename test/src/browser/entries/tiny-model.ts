import { type KernelVariant, webgpuBackend } from '@geodesic/backend-webgpu';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { withKernels } from '../../webgpu/with-kernels.js';
import { loadTinyModel, type TinyModelFiles } from './load-tiny-model.js';

/** A model, a prompt, what follows it, and how to merge. */
export interface Input extends TinyModelFiles {
  /** Of all kernels; default: what suits the adapter. */
  readonly variant: KernelVariant | undefined;
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
export async function main({ variant, prompt, next, runs, ...files }: Input): Promise<Output[]> {
  const opened = await webgpuBackend.open();
  const device = variant === undefined ? opened : withKernels(opened, variant);
  const model = await loadTinyModel(files, device);
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
