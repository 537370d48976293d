import { type Device, probeDevice } from '@geodesic/backend';
import type { BackendName } from '../backend-names.js';
import { importBackend } from '../import-backend.js';
import { adapterAbilities } from './adapter-abilities.js';
import type { Examination } from './examination.js';

/** What `tf.backend()` has under tfjs-node. */
interface TensorFlowBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

/**
 * Opens a backend and has it compute. Never rejects: what goes wrong is what the examination says.
 *
 * @param options `tune`: whether webgpu's kernels are measured, and the choice kept
 */
export async function examineBackend(
  name: BackendName,
  { tune = false }: { readonly tune?: boolean } = {},
): Promise<Examination> {
  try {
    const adapter = name === 'webgpu' ? await adapterAbilities() : undefined;
    const start = performance.now();
    const device = await (await importBackend(name)).open();
    const openMs = performance.now() - start;
    const probe = await probed(device);
    const isTuned = tune && name === 'webgpu' && probe.state === 'works';
    return {
      name,
      ...probe,
      description: device.description,
      openMs,
      ...(adapter && { adapter }),
      ...(await abilities(device)),
      ...(isTuned && { tuning: await (await import('@geodesic/backend-webgpu')).tuneWebgpu() }),
    };
  } catch (error) {
    return { name, state: 'unavailable', problem: oneLine(error) };
  }
}

async function probed(device: Device): Promise<Pick<Examination, 'state' | 'probeMs' | 'problem'>> {
  const start = performance.now();
  try {
    await probeDevice(device);
    return { state: 'works', probeMs: performance.now() - start };
  } catch (error) {
    return { state: 'wrong', problem: oneLine(error) };
  }
}

async function abilities({ name, tf }: Device): Promise<Pick<Examination, 'simd' | 'tensorflow' | 'gpu'>> {
  if (name === 'wasm') return { simd: Boolean(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) };
  if (name !== 'node') return {};
  const { isUsingGpuDevice, binding } = tf.findBackend('tensorflow') as TensorFlowBackend;
  return {
    ...(binding?.TF_Version !== undefined && { tensorflow: binding.TF_Version }),
    gpu: isUsingGpuDevice === true,
  };
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replaceAll(/\s*\n\s*/g, ' ');
}
