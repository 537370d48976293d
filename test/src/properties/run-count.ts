import type { BackendName } from '../describe-backends.js';

/** Cases a property is tried with: fewer where a run costs more. */
export const RUN_COUNT: Readonly<Record<BackendName, number>> = { cpu: 30, wasm: 30, webgpu: 4, node: 8 };
