import { composedLowering, type Device } from '@geodesic/backend';
import {
  everywhere,
  type KernelVariant,
  Launcher,
  Pipelines,
  type PlanDevice,
  poolOf,
  prepareRunner,
  webgpuLowering,
  webgpuPacking,
} from '@geodesic/backend-webgpu';

/**
 * The webgpu device with all kernels in one variant, whatever the adapter.
 *
 * @param bindingBytes most bytes of a binding, where it is to be less than the device's
 */
export function withKernels(device: Device, variant: KernelVariant, bindingBytes?: number): Device {
  const backend = device.tf.findBackend(device.name) as unknown as PlanDevice['backend'];
  const variants = everywhere(variant);
  const kernels = { launcher: new Launcher(device.tf, backend, bindingBytes), variants };
  const pipelines = new Pipelines(backend.device);
  const other: Device = {
    ...device,
    lowering: webgpuLowering(kernels),
    packing: webgpuPacking(kernels),
    prepare: (graph, parameters, options) =>
      prepareRunner(
        graph,
        { device: other, backend, pool: poolOf(backend), pipelines, variants },
        parameters,
        options,
      ),
  };
  return other;
}

/** The same device with ordinary tfjs ops alone, one by one. */
export function withoutKernels({ prepare: _, packing: __, halfCaches: ___, ...device }: Device): Device {
  return { ...device, lowering: composedLowering };
}
