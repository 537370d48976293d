import { ATTENTION_WASM } from './attention-wasm.js';

/** The loops of `kernels/attention.wat`. Pointers are byte offsets in tfjs' heap, steps and counts are numbers of float32. */
export interface SimdKernels {
  /** out[t] = Σ_i query[i] · keys[t · step + i]. */
  dots(query: number, keys: number, step: number, count: number, dim: number, out: number): void;
  /** out[i] = Σ_t weights[t] · values[t · step + i]. */
  weigh(weights: number, values: number, step: number, count: number, dim: number, out: number): void;
}

/**
 * Our loops on the memory of tfjs' WebAssembly module. Undefined where they can't run: no SIMD, or a threaded module, whose
 * memory is shared.
 *
 * @param module the Emscripten module of tfjs' wasm backend
 */
export function simdKernels(module: { asm?: { memory?: WebAssembly.Memory } }): SimdKernels | undefined {
  const memory = module.asm?.memory;
  if (memory === undefined) return undefined;
  let kernels = instances.get(memory);
  if (kernels === undefined) {
    kernels = instantiate(memory) ?? null;
    instances.set(memory, kernels);
  }
  return kernels ?? undefined;
}

const instances = new WeakMap<WebAssembly.Memory, SimdKernels | null>();

function instantiate(memory: WebAssembly.Memory): SimdKernels | undefined {
  try {
    const bytes = Uint8Array.from(atob(ATTENTION_WASM), (character) => character.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { tfjs: { memory } });
    return instance.exports as unknown as SimdKernels;
  } catch {
    // Not an error: the caller has a way without them.
    return undefined;
  }
}
