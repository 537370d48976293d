import type { CompiledKernel, Pipelines } from './pipelines.js';
import type { RecordedDispatch } from './plan-recorder.js';
import type { BufferRange, PlanValue } from './plan-value.js';

/** A bind group and what it was made of. */
interface KnownGroup {
  readonly compiled: CompiledKernel;
  readonly ranges: readonly BufferRange[];
  readonly group: GPUBindGroup;
}

/** Encodes the dispatches of run after run, with the bind groups of the run before where the same buffers are bound again. */
export class DispatchEncoder {
  readonly #known: KnownGroup[] = [];

  constructor(readonly pipelines: Pipelines) {}

  /** Compiles the kernels that are not compiled yet, all at the same time. */
  async compile(dispatches: readonly RecordedDispatch[]): Promise<void> {
    const missing = dispatches.filter(
      ({ kernel, dtypes }) => this.pipelines.find(kernel, dtypes) === undefined,
    );
    if (missing.length === 0) return;
    await Promise.all(missing.map(({ kernel, dtypes }) => this.pipelines.compile(kernel, dtypes)));
  }

  /** @param uniforms where each dispatch's uniforms are */
  encode(
    pass: GPUComputePassEncoder,
    dispatches: readonly RecordedDispatch[],
    uniforms: readonly BufferRange[],
  ): void {
    for (const [i, dispatch] of dispatches.entries()) {
      const compiled = this.pipelines.find(dispatch.kernel, dispatch.dtypes) as CompiledKernel;
      const ranges = [...dispatch.inputs.map(rangeOf), ...dispatch.results.map(rangeOf)];
      pass.setPipeline(compiled.pipeline);
      pass.setBindGroup(0, this.#group(i, compiled, [...ranges, uniforms[i] as BufferRange]));
      pass.dispatchWorkgroups(...dispatch.workgroups);
    }
  }

  #group(index: number, compiled: CompiledKernel, ranges: readonly BufferRange[]): GPUBindGroup {
    const known = this.#known[index];
    if (known?.compiled === compiled && known.ranges.every((range, i) => isSame(range, ranges[i]))) {
      return known.group;
    }
    const entries = ranges.map((resource, binding) => ({ binding, resource }));
    const group = this.pipelines.device.createBindGroup({ layout: compiled.layout, entries });
    this.#known[index] = { compiled, ranges, group };
    return group;
  }
}

function rangeOf(operand: RecordedDispatch['inputs'][number]): BufferRange {
  if (!('tensor' in operand)) return placeOf(operand);
  const { buffer, offset } = placeOf(operand.tensor);
  return { buffer, offset: offset + operand.window.offset, size: operand.window.size };
}

function placeOf({ storage, shape }: PlanValue): BufferRange {
  if (storage.range === undefined) throw new RangeError(`a value [${shape}] of a plan has no place`);
  return storage.range;
}

function isSame(a: BufferRange, b: BufferRange | undefined): boolean {
  return a.buffer === b?.buffer && a.offset === b.offset && a.size === b.size;
}
