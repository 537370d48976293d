import type { Contestant } from './contestant.js';

/** How a contestant is opened, and whether it computes in float32 with the numbers of the GGUF file, so that all must agree. */
export interface Entry {
  readonly title: string;
  readonly isFloat32: boolean;
  /** The backend of this project that it is. */
  readonly backend?: string;
  open(): Promise<Contestant>;
}

/** Packed weights are the same numbers, and all of this project computes in float32. */
const geodesic = (backend: string, weights = 'float32'): Entry => ({
  title: `geodesic ${backend}, ${weights}`,
  isFloat32: true,
  backend,
  open: async () => (await import('./geodesic.js')).openGeodesic(backend),
});

/** Who takes part, by short names. The first is what the others are compared with. */
export const CONTESTANTS: Readonly<Record<string, Entry>> = {
  node: geodesic('node'),
  wasm: geodesic('wasm'),
  webgpu: geodesic('webgpu', 'Q4_1 weights'),
  onnxruntime: {
    title: 'onnxruntime-node, float32',
    isFloat32: true,
    open: async () => (await import('./onnxruntime.js')).openOnnxRuntime(),
  },
  transformers: {
    title: 'transformers.js on the CPU, float32',
    isFloat32: true,
    open: async () => (await import('./transformers-js.js')).openTransformersJs('fp32', 'cpu'),
  },
  'transformers-webgpu': {
    title: 'transformers.js on WebGPU, q4',
    isFloat32: false,
    open: async () => (await import('./transformers-js.js')).openTransformersJs('q4', 'webgpu'),
  },
  'llama-cpp': {
    title: 'node-llama-cpp, Q4_1',
    isFloat32: false,
    open: async () => (await import('./llama-cpp.js')).openLlamaCpp(),
  },
};
