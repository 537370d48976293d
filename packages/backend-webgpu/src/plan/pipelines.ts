import type { Kernel } from '../kernels/kernel.js';
import { type ModuleBinding, moduleBindings, shaderModule } from './shader-module.js';

/** A kernel that a device has compiled. */
export interface CompiledKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The kernels of a device, each compiled once; the driver works on all that a run asks for at the same time. */
export class Pipelines {
  readonly #compiled = new Map<string, CompiledKernel>();
  readonly #pending = new Map<string, Promise<CompiledKernel>>();

  constructor(readonly device: GPUDevice) {}

  /** A kernel for inputs of these dtypes, if it is compiled. */
  find(kernel: Kernel, dtypes: readonly string[]): CompiledKernel | undefined {
    return this.#compiled.get(keyOf(kernel, dtypes));
  }

  /** Compiles a kernel, unless that was done or is being done. */
  compile(kernel: Kernel, dtypes: readonly string[]): Promise<CompiledKernel> {
    const key = keyOf(kernel, dtypes);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#compile(kernel, dtypes);
      this.#pending.set(key, pending);
      pending.then(
        (compiled) => this.#compiled.set(key, compiled),
        () => this.#pending.delete(key),
      );
    }
    return pending;
  }

  async #compile(kernel: Kernel, dtypes: readonly string[]): Promise<CompiledKernel> {
    const bindings = moduleBindings(kernel, dtypes);
    const layout = this.device.createBindGroupLayout({ label: kernel.key, entries: layoutEntries(bindings) });
    const pipeline = await this.device.createComputePipelineAsync({
      label: kernel.key,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module: this.device.createShaderModule({ label: kernel.key, code: shaderModule(kernel, bindings) }),
        entryPoint: 'start',
      },
    });
    return { pipeline, layout };
  }
}

function keyOf({ key }: Kernel, dtypes: readonly string[]): string {
  return `${key} ${dtypes.join()}`;
}

function layoutEntries(bindings: readonly ModuleBinding[]): GPUBindGroupLayoutEntry[] {
  const storage = bindings.map(({ access }, binding) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
  }));
  const uniforms = { type: 'uniform' as const };
  return [...storage, { binding: bindings.length, visibility: GPUShaderStage.COMPUTE, buffer: uniforms }];
}
