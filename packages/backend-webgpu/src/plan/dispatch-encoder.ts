import type { CompiledKernel, Pipelines } from './pipelines.js';
import { type BufferRange, isSameRange, type PlanValue } from './plan-value.js';
import type { RecordedDispatch } from './recorded-dispatch.js';

/** A dispatch of an earlier run, with its bind group and what that was made of. */
interface KnownDispatch {
  readonly dispatch: RecordedDispatch;
  readonly compiled: CompiledKernel;
  /** Where operands and results were, in order, and then the uniforms. */
  readonly places: readonly BufferRange[];
  readonly ranges: readonly BufferRange[];
  readonly group: GPUBindGroup;
}

/** Encodes the dispatches of run after run, with the bind groups of the run before where the same buffers are bound again. */
export class DispatchEncoder {
  readonly #known: KnownDispatch[] = [];

  constructor(readonly pipelines: Pipelines) {}

  /** Compiles the kernels that are not compiled yet, all at the same time. */
  async compile(dispatches: readonly RecordedDispatch[]): Promise<void> {
    const missing = dispatches.filter(
      (dispatch, i) =>
        this.#known[i]?.dispatch !== dispatch &&
        this.pipelines.find(dispatch.kernel, dispatch.dtypes) === undefined,
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
      const { compiled, group } = this.#prepared(i, dispatch, uniforms[i] as BufferRange);
      pass.setPipeline(compiled.pipeline);
      pass.setBindGroup(0, group);
      const [x, y, z] = dispatch.workgroups;
      pass.dispatchWorkgroups(x, y, z);
    }
  }

  #prepared(index: number, dispatch: RecordedDispatch, uniforms: BufferRange): KnownDispatch {
    const known = this.#known[index];
    if (known?.dispatch === dispatch && isPlacedAs(known, uniforms)) return known;
    const compiled = this.pipelines.find(dispatch.kernel, dispatch.dtypes) as CompiledKernel;
    const places = [...[...dispatch.inputs, ...dispatch.results].map(placeOf), uniforms];
    const ranges = [...dispatch.inputs.map(rangeOf), ...dispatch.results.map(rangeOf), uniforms];
    const isBound =
      known?.compiled === compiled && known.ranges.every((range, i) => isSameRange(range, ranges[i]));
    const group = isBound ? known.group : this.#group(compiled, ranges);
    const prepared = { dispatch, compiled, places, ranges, group };
    this.#known[index] = prepared;
    return prepared;
  }

  #group({ layout }: CompiledKernel, ranges: readonly BufferRange[]): GPUBindGroup {
    const entries = ranges.map((resource, binding) => ({ binding, resource }));
    return this.pipelines.device.createBindGroup({ layout, entries });
  }
}

type BoundOperand = RecordedDispatch['inputs'][number];

/** Whether everything is where it was when the bind group was made. */
function isPlacedAs(
  { dispatch: { inputs, results }, places }: KnownDispatch,
  uniforms: BufferRange,
): boolean {
  for (let i = 0; i < inputs.length; i++) if (placeOf(inputs[i] as BoundOperand) !== places[i]) return false;
  for (let i = 0; i < results.length; i++) {
    if (placeOf(results[i] as PlanValue) !== places[inputs.length + i]) return false;
  }
  return places.at(-1) === uniforms;
}

function rangeOf(operand: BoundOperand): BufferRange {
  const place = placeOf(operand);
  if (!('tensor' in operand)) return place;
  return { buffer: place.buffer, offset: place.offset + operand.window.offset, size: operand.window.size };
}

function placeOf(operand: BoundOperand): BufferRange {
  const { storage, shape } = 'tensor' in operand ? operand.tensor : operand;
  if (storage.range === undefined) throw new RangeError(`a value [${shape}] of a plan has no place`);
  return storage.range;
}
