import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** What tfjs runs; its package does not export the type. */
export type WebGPUProgram = Parameters<WebGPUBackend['runWebGPUProgram']>[0];

/** How many numbers a kernel reads or writes at a time. */
export type Components = 1 | 2 | 4;

/** A compute shader, as WGSL that goes behind tfjs' prelude. */
export interface KernelSource {
  /** Bindings in the order of the operands: `array<f32>`, of vectors, or of i32 where the operand is int32. */
  readonly inputs: Readonly<Record<string, Components>>;
  /** What `result` is an array of. Default 1. */
  readonly resultComponents?: Components;
  /** Results by name, for a kernel that has others than `result`; only plans can launch it. */
  readonly results?: Readonly<Record<string, Components>>;
  /** Those of its results that are of i32; the others are of f32. */
  readonly words?: readonly string[];
  /** Fields of `uniforms`, in order. */
  readonly uniforms: Readonly<Record<string, 'i32' | 'f32'>>;
  /** Invocations of a workgroup, at most 256: SwiftShader has no more. */
  readonly workgroupSize: number;
  /** Whether a workgroup is a subgroup, whose invocations may read each other's values; only plans can launch it. */
  readonly isSubgroup?: boolean;
  /**
   * `lanes`: an invocation a unit of work; `main(index: i32)` gets its number, which may lie behind the last unit. `groups`:
   * a workgroup a unit; `main()` reads `workgroupId` and `localIndex`.
   */
  readonly unit: 'lanes' | 'groups';
  /** WGSL declarations, among them `main`. */
  readonly code: string;
}

/** A kernel with the name that tfjs caches its pipeline by. */
export interface Kernel extends KernelSource {
  readonly key: string;
}

/**
 * Kernels that differ by constants in their code. tfjs tells pipelines apart by their key alone, so the key has all of the
 * constants, and each kernel is written once.
 */
export function kernelFamily<Constants extends readonly (string | number | boolean | null)[]>(
  name: string,
  write: (...constants: Constants) => KernelSource,
): (...constants: Constants) => Kernel {
  const written = new Map<string, Kernel>();
  return (...constants) => {
    const key = `geodesic-${name}(${constants.map(String).join()})`;
    const known = written.get(key);
    if (known !== undefined) return known;
    const kernel = { ...write(...constants), key };
    written.set(key, kernel);
    return kernel;
  };
}

/**
 * A kernel as the program of one dispatch. Always a new object: tfjs writes into it.
 *
 * @param dispatch numbers of workgroups
 */
export function programOf(kernel: Kernel, dispatch: readonly [number, number, number]): WebGPUProgram {
  const names = Object.keys(kernel.inputs);
  return {
    shaderKey: kernel.key,
    variableNames: names,
    variableComponents: Object.values(kernel.inputs),
    outputComponent: kernel.resultComponents ?? 1,
    // A shape of the binding, which tfjs would make part of the key; kernels get sizes as uniforms.
    outputShape: [1],
    workgroupSize: [kernel.workgroupSize, 1, 1],
    dispatch: [...dispatch],
    // Anything in y makes tfjs call main() without an index.
    dispatchLayout: kernel.unit === 'lanes' ? { x: [0] } : { x: [], y: [0] },
    uniforms: Object.entries(kernel.uniforms)
      .map(([field, type]) => `${field} : ${type}, `)
      .join(''),
    getUserCode: () => kernel.code.replace(MAIN, `$&${touchAll(names)}`),
  };
}

const MAIN = /fn main\([^)]*\)\s*\{/;

/** An automatic layout leaves out what main doesn't use, and then tfjs' bindings don't fit it. */
function touchAll(names: readonly string[]): string {
  return ` ${names.map((name) => `_ = &${name};`).join(' ')} _ = &result; _ = uniforms.NAN;\n`;
}
