import type { BackendName } from '../backend-names.js';

/** What WebGPU's adapter can do, as far as kernels here use it. */
export interface AdapterAbilities {
  /** Whether it is a rasteriser on the CPU. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** How the variants of webgpu's kernels compare. */
export interface KernelTuning {
  /** By kernel: milliseconds of each variant, and the one that is taken from now on. */
  readonly timings: Readonly<Record<string, KernelTiming>>;
  /** Where the choice is kept. */
  readonly place: string;
}

export interface KernelTiming {
  readonly serialMs: number;
  readonly parallelMs: number;
  readonly variant: string;
}

/** What came of trying a backend. */
export interface Examination {
  readonly name: BackendName;
  /** `wrong`: it starts, and an op fails or computes something else. */
  readonly state: 'works' | 'wrong' | 'unavailable';
  /** The adapter, driver or library behind it, where it starts. */
  readonly description?: string;
  /** Milliseconds until it was ready, and that the probe took behind that. */
  readonly openMs?: number;
  readonly probeMs?: number;
  /** Why it can't be used, and what to do about it. */
  readonly problem?: string;
  /** Of wasm. */
  readonly simd?: boolean;
  /** Of webgpu. */
  readonly adapter?: AdapterAbilities;
  /** Of webgpu, where kernels were measured. */
  readonly tuning?: KernelTuning;
  /** Of node: the version of TensorFlow, and whether it computes on a GPU. */
  readonly tensorflow?: string;
  readonly gpu?: boolean;
}
