/** What a device allows, read once: each look at a device's own limits is a call into the driver. */
export interface PlanLimits {
  readonly bindingBytes: number;
  readonly offsetAlignment: number;
  readonly storageBuffers: number;
  readonly workgroupsPerDimension: number;
  /** How many invocations every subgroup has; nothing where kernels can't use them, or where that is not always the same. */
  readonly subgroupSize: number | undefined;
}

export function planLimits(device: GPUDevice): PlanLimits {
  const { limits } = device;
  return {
    subgroupSize: subgroupSizeOf(device),
    bindingBytes: limits.maxStorageBufferBindingSize,
    offsetAlignment: limits.minStorageBufferOffsetAlignment,
    storageBuffers: limits.maxStorageBuffersPerShaderStage,
    workgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
  };
}

// Newer than the type definitions that tfjs pins.
type SubgroupInfo = { readonly subgroupMinSize?: number; readonly subgroupMaxSize?: number };

function subgroupSizeOf(device: GPUDevice): number | undefined {
  if (!device.features.has('subgroups')) return undefined;
  const { adapterInfo } = device as { readonly adapterInfo?: SubgroupInfo };
  const { subgroupMinSize, subgroupMaxSize } = adapterInfo ?? {};
  return subgroupMinSize === subgroupMaxSize ? subgroupMinSize : undefined;
}
