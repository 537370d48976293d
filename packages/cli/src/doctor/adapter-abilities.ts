import type { AdapterAbilities } from './examination.js';

const FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'];

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
] as const;

/** As much of a `GPUAdapter` as is read here; Node has no type for it. */
interface Adapter {
  readonly features: { has(name: string): boolean };
  readonly limits: { readonly [K in (typeof LIMITS)[number]]: number };
}

/** What the adapter that `webgpu` takes can do; undefined where there is none. */
export async function adapterAbilities(): Promise<AdapterAbilities | undefined> {
  const { findAdapter } = await import('@geodesic/backend-webgpu');
  // Opening the backend tells why there is none.
  const found = await findAdapter().catch(() => undefined);
  if (found === undefined) return undefined;
  const adapter: Adapter = found.adapter;
  return {
    software: found.software,
    features: FEATURES.filter((name) => adapter.features.has(name)),
    limits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  };
}
