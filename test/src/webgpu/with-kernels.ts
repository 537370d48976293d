import { composedLowering, type Device } from '@geodesic/backend';
import { everywhere, type KernelVariant, Launcher, webgpuLowering } from '@geodesic/backend-webgpu';

/**
 * The webgpu device with all kernels in one variant, whatever the adapter.
 *
 * @param bindingBytes most bytes of a binding, where it is to be less than the device's
 */
export function withKernels(device: Device, variant: KernelVariant, bindingBytes?: number): Device {
  const backend = device.tf.findBackend(device.name) as unknown as ConstructorParameters<typeof Launcher>[1];
  const lowering = webgpuLowering({
    launcher: new Launcher(device.tf, backend, bindingBytes),
    variants: everywhere(variant),
  });
  return { ...device, lowering };
}

/** The same device with ordinary tfjs ops alone. */
export function withoutKernels(device: Device): Device {
  return { ...device, lowering: composedLowering };
}
