/** Used where the adapter has them: half floats and subgroups by kernels, timestamps by tfjs' profiler. */
const FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'];

/** Taken as large as the adapter allows: without asking, WebGPU grants its modest defaults. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** A device with all that the adapter has of what kernels here can use; tfjs by itself asks for less. */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  // The type definitions that tfjs pins don't know the newer features.
  const features = FEATURES.filter((name) => adapter.features.has(name)) as GPUFeatureName[];
  return adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  });
}
