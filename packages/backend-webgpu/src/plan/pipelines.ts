import type { Kernel } from '../kernels/kernel.js';
import { type PlanLimits, planLimits } from './plan-limits.js';
import { type ModuleBinding, moduleBindings, shaderModule } from './shader-module.js';

/** A kernel that a device has compiled. */
export interface CompiledKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The kernels of a device, each compiled once; the driver works on all that a run asks for at the same time. */
export class Pipelines {
  /** By kernel and the types of its inputs; a family gives the same kernel every time. */
  readonly #compiled = new Map<Kernel, Map<string, CompiledKernel>>();
  readonly #pending = new Map<string, Promise<CompiledKernel>>();
  readonly limits: PlanLimits;
  /** Rejects when the device is lost: browsers then leave a compilation without an answer. */
  readonly #lost: Promise<never>;

  constructor(readonly device: GPUDevice) {
    this.limits = planLimits(device);
    this.#lost = device.lost.then(({ message }) => {
      throw new Error(`the device was lost: ${message}`);
    });
    this.#lost.catch(() => {});
  }

  /** A kernel for inputs of these dtypes, joined by commas, if it is compiled. */
  find(kernel: Kernel, dtypes: string): CompiledKernel | undefined {
    return this.#compiled.get(kernel)?.get(dtypes);
  }

  /** Compiles a kernel, unless that was done or is being done. */
  compile(kernel: Kernel, dtypes: string): Promise<CompiledKernel> {
    const key = `${kernel.key} ${dtypes}`;
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = Promise.race([this.#compile(kernel, dtypes), this.#lost]);
      this.#pending.set(key, pending);
      pending.then(
        (compiled) => this.#keep(kernel, dtypes, compiled),
        () => this.#pending.delete(key),
      );
    }
    return pending;
  }

  #keep(kernel: Kernel, dtypes: string, compiled: CompiledKernel): void {
    const variants = this.#compiled.get(kernel) ?? new Map<string, CompiledKernel>();
    this.#compiled.set(kernel, variants.set(dtypes, compiled));
  }

  async #compile(kernel: Kernel, dtypes: string): Promise<CompiledKernel> {
    const bindings = moduleBindings(kernel, dtypes.split(','));
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

function layoutEntries(bindings: readonly ModuleBinding[]): GPUBindGroupLayoutEntry[] {
  const storage = bindings.map(({ access }, binding) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
  }));
  const uniforms = { type: 'uniform' as const };
  return [...storage, { binding: bindings.length, visibility: GPUShaderStage.COMPUTE, buffer: uniforms }];
}
