import type { Device, LoweringTable } from '@geodesic/backend';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import { Launcher } from '../kernels/launcher.js';
import { everywhere, type KernelVariant, TUNED_KERNELS } from '../kernels/variants.js';
import { webgpuLowering } from '../lowering.js';
import { timeOnDevice } from './device-timer.js';
import { operandsOf, run, TYPICAL_WORK, type TypicalWork } from './typical-work.js';
import { type TimeCase, type TimedCases, timeVariants, type VariantTimings } from './variant-timings.js';

/**
 * Times both variants of each kernel on the webgpu device, on shapes of a decoding step and of a prompt. Under a second on a GPU,
 * some seconds on a rasteriser. Leaves nothing on the device.
 *
 * @throws GeodesicError `backend.lost`, `backend.memory`, `backend.device-error`
 */
export async function measureVariants(device: Device): Promise<VariantTimings> {
  device.activate();
  const backend = device.tf.findBackend(device.name) as WebGPUBackend;
  const launcher = new Launcher(device.tf, backend);
  const lowerings = {
    serial: webgpuLowering({ launcher, variants: everywhere('serial') }),
    parallel: webgpuLowering({ launcher, variants: everywhere('parallel') }),
  };
  const made: Tensor[] = [];
  try {
    const cases = TUNED_KERNELS.map((kernel) => [
      kernel,
      TYPICAL_WORK[kernel].map((work) => caseOf(device, backend, lowerings, work, made)),
    ]);
    const timings = await timeVariants(Object.fromEntries(cases) as TimedCases);
    await device.checkErrors();
    return timings;
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

/** @param made gets the operands, for the caller to dispose */
function caseOf(
  device: Device,
  backend: WebGPUBackend,
  lowerings: Readonly<Record<KernelVariant, LoweringTable>>,
  work: TypicalWork,
  made: Tensor[],
): TimeCase {
  const { tf } = device;
  device.allocateFor?.(`measuring ${work.op}`);
  const operands = operandsOf(tf, work);
  made.push(...operands);
  return (variant) =>
    timeOnDevice(backend, () => {
      device.activate();
      run(tf, lowerings[variant], work, operands);
    });
}
