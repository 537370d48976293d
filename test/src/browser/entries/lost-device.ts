import { type Device, probeDevice } from '@geodesic/backend';
import { webgpuBackend } from '@geodesic/backend-webgpu';
import type { LanguageModel } from '@geodesic/runtime';
import { loadTinyModel, type TinyModelFiles } from './load-tiny-model.js';

const PROMPT = [1, 2, 3, 4, 5, 6, 7, 8];

export interface Output {
  /** Codes that steps and loads failed with, by what was tried; undefined where one did not fail. */
  readonly codes: Readonly<Record<string, string | undefined>>;
  readonly isAnother: boolean;
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Tensors that are left when all is disposed. */
  readonly tensorsLeft: number;
}

/** Loses WebGPU's device under running sessions, and makes all anew. */
export async function main(files: TinyModelFiles): Promise<Output> {
  const device = await webgpuBackend.open();
  const model = await loadTinyModel(files, device);
  const before = await logitsOf(model);
  const [running, idle] = [model.session(), model.session()];
  await running.prefill([PROMPT]);
  await idle.prefill([PROMPT]);
  const step = codeOf(running.decode([[9]]));
  gpuOf(device).destroy();
  const codes = {
    running: await step,
    idle: await codeOf(idle.decode([[9]])),
    opened: await codeOf(model.session().prefill([PROMPT])),
    load: await codeOf(loadTinyModel(files, device)),
    probe: await codeOf(probeDevice(device)),
  };
  const another = await webgpuBackend.open();
  const modelAnew = await loadTinyModel(files, another);
  for (const session of [running, idle]) session.dispose();
  model.dispose();
  const after = await logitsOf(modelAnew);
  modelAnew.dispose();
  const tensorsLeft = another.tf.memory().numTensors;
  return { codes, isAnother: another !== device, before, after, tensorsLeft };
}

async function logitsOf(model: LanguageModel): Promise<number[]> {
  const session = model.session();
  const { logits } = await session.prefill([PROMPT]);
  const step = await session.decode([[9]]);
  session.dispose();
  return [...logits.data, ...step.logits.data];
}

async function codeOf(step: Promise<unknown>): Promise<string | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

function gpuOf({ tf, name }: Device): { destroy(): void } {
  return (tf.findBackend(name) as unknown as { readonly device: { destroy(): void } }).device;
}
