import type { Backend, Device } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';

/** Names of the backends, and how each is imported: only what is asked for is loaded. */
const backends: Readonly<Record<string, () => Promise<Backend>>> = {
  wasm: async () => (await import('@geodesic/backend-wasm')).wasmBackend,
  cpu: async () => (await import('@geodesic/backend-cpu')).cpuBackend,
  webgpu: async () => (await import('@geodesic/backend-webgpu')).webgpuBackend,
  node: async () => (await import('@geodesic/backend-node')).nodeBackend,
};

/**
 * Starts a backend by name: `wasm`, `cpu`, `webgpu` or `node`.
 *
 * @throws GeodesicError `backend.unknown`, or `backend.unavailable` with the reason and what to install
 */
export async function openBackend(name: string): Promise<Device> {
  const load = Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (load === undefined) {
    throw new GeodesicError(
      'backend.unknown',
      `there is no backend '${name}': choose ${Object.keys(backends).join(', ')}`,
    );
  }
  return (await load()).open();
}
