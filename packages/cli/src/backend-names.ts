/** The backends. On their own, so that help needs none of them. */
export const BACKEND_NAMES = ['wasm', 'cpu', 'webgpu', 'node'] as const;

export type BackendName = (typeof BACKEND_NAMES)[number];

/** What `--backend` may be; `auto` takes the best backend that works. */
export const BACKEND_CHOICES = [...BACKEND_NAMES, 'auto'] as const;

/** Backends from the fastest to the slowest, as `auto` tries them. */
export const BACKENDS_BY_SPEED: readonly BackendName[] = ['webgpu', 'node', 'wasm', 'cpu'];
