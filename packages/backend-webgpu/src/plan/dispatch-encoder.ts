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
      (dispatch) => this.pipelines.find(dispatch.kernel, dtypesOf(dispatch)) === undefined,
    );
    if (missing.length === 0) return;
    await Promise.all(missing.map((dispatch) => this.pipelines.compile(dispatch.kernel, dtypesOf(dispatch))));
  }

  /** @param uniforms where each dispatch's uniforms are */
  encode(
    pass: GPUComputePassEncoder,
    dispatches: readonly RecordedDispatch[],
    uniforms: readonly BufferRange[],
  ): void {
    for (const [i, dispatch] of dispatches.entries()) {
      const compiled = this.pipelines.find(dispatch.kernel, dtypesOf(dispatch)) as CompiledKernel;
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

function dtypesOf({ inputs }: RecordedDispatch): string[] {
  return inputs.map((input) => ('tensor' in input ? input.tensor : input).dtype);
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
