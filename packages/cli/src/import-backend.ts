import type { Backend } from '@geodesic/backend';
import type { BackendName } from './backend-names.js';

/** How each backend is imported: only what is asked for is loaded. */
const imports: Readonly<Record<BackendName, () => Promise<Backend>>> = {
  wasm: async () => (await import('@geodesic/backend-wasm')).wasmBackend,
  cpu: async () => (await import('@geodesic/backend-cpu')).cpuBackend,
  webgpu: async () => (await import('@geodesic/backend-webgpu')).webgpuBackend,
  node: async () => (await import('@geodesic/backend-node')).nodeBackend,
};

/** Loads the code of a backend, and starts nothing. */
export function importBackend(name: BackendName): Promise<Backend> {
  return imports[name]();
}
