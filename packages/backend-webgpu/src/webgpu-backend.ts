import { type Backend, type Device, openOnce, type Tfjs } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { findAdapter } from './adapter.js';
import { DeviceErrors } from './device-errors.js';
import { Launcher } from './kernels/launcher.js';
import { webgpuLowering } from './lowering.js';
import { webgpuPacking } from './packing/webgpu-packing.js';
import { Pipelines } from './plan/pipelines.js';
import { prepareRunner } from './plan/prepare-runner.js';
import { pollGently } from './poll-gently.js';
import { requestDevice } from './request-device.js';
import { bindWindows, flush, installPool, upload } from './tfjs-private.js';
import { initialVariants } from './tuning/initial-variants.js';

/** WebGPU: in a browser as it is, in Node through Dawn (npm package `webgpu`). Takes whatever adapter there is. */
export const webgpuBackend: Backend = {
  name: 'webgpu',
  open: openOnce((forget) =>
    openWebgpu(forget).catch((error: unknown) => {
      if (error instanceof GeodesicError) throw error;
      throw new GeodesicError('backend.unavailable', unavailable(error), { cause: error });
    }),
  ),
};

async function openWebgpu(onLost: () => void): Promise<Device> {
  const found = await findAdapter();
  if (found === undefined) throw new Error('WebGPU finds no adapter');
  if (found.software) pollGently();
  const variants = initialVariants(found);
  const device = await requestDevice(found.adapter);
  const errors = new DeviceErrors(device, found.description);
  void device.lost.then(onLost);
  const tf = await import('@tensorflow/tfjs-core');
  // After findAdapter, which sees to navigator.gpu.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  setFlags(tf);
  const backend = new WebGPUBackend(device, found.info);
  const pool = installPool(backend, errors);
  // tfjs' own, or that of a device that was lost.
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  tf.findBackend('webgpu');
  bindWindows(backend);
  const pipelines = new Pipelines(device);
  const kernels = { launcher: new Launcher(tf, backend), variants };
  const opened: Device = {
    name: 'webgpu',
    description: found.description,
    tf,
    lowering: webgpuLowering(kernels),
    packing: webgpuPacking(kernels),
    halfCaches: true,
    prepare: (graph, parameters, options) =>
      prepareRunner(graph, { device: opened, backend, pool, pipelines, variants }, parameters, options),
    activate() {
      // Another device may have the name by now.
      errors.checkLost();
      if (tf.getBackend() !== 'webgpu') void tf.setBackend('webgpu');
    },
    allocateFor(name) {
      pool.purpose = name;
    },
    upload: (tensor) => upload(backend, tensor),
    reportedErrors: () => errors.count,
    async checkErrors(since) {
      flush(backend);
      pool.endStep();
      await errors.check(since);
    },
  };
  return opened;
}

function setFlags(tf: Tfjs): void {
  const env = tf.env();
  // By default tfjs runs ops on small tensors on the CPU, with other rounding and without the kernels under test.
  env.set('WEBGPU_CPU_FORWARD', false);
  // 15 by default; submitting is what costs most for the small kernels of decoding.
  env.set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 200);
}

function unavailable(error: unknown): string {
  const reason = oneLine(error instanceof Error ? error.message : String(error));
  const advice =
    typeof globalThis.process?.versions?.node === 'string'
      ? 'install the npm package webgpu@0.6.2 and a Vulkan, Metal or D3D12 driver (on Debian without a GPU: libvulkan1 and mesa-vulkan-drivers 25 or newer, on Debian 12 from backports)'
      : 'use a browser with WebGPU turned on, or the wasm backend';
  return `The webgpu backend can't start: ${reason}; ${advice}`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
