/** What `--backend` may be. On its own, so that help needs no backend. */
export const BACKEND_NAMES = ['wasm', 'cpu', 'webgpu', 'node'] as const;
