import type { Backend, Device } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { BACKEND_NAMES } from './backend-names.js';

/** How each backend is imported: only what is asked for is loaded. */
const backends: Readonly<Record<(typeof BACKEND_NAMES)[number], () => Promise<Backend>>> = {
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
  const known = BACKEND_NAMES.find((one) => one === name);
  if (known === undefined) {
    throw new GeodesicError(
      'backend.unknown',
      `there is no backend '${name}': choose ${BACKEND_NAMES.join(', ')}`,
    );
  }
  return (await backends[known]()).open();
}
