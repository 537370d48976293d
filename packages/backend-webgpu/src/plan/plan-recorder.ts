import type { Kernel } from '../kernels/kernel.js';
import { type Dispatch, type KernelLauncher, type Launch, workgroupsOf } from '../kernels/kernel-launcher.js';
import type { PlanLimits } from './plan-limits.js';
import { isSameShape, PlanValue } from './plan-value.js';
import type { RecordedDispatch } from './recorded-dispatch.js';

/** Writes down dispatches instead of making them, a step's at a time. */
export class PlanRecorder implements KernelLauncher<PlanValue> {
  #dispatches: RecordedDispatch[] = [];
  #results: PlanValue[] = [];
  #before: readonly PlanValue[] = [];

  constructor(readonly limits: PlanLimits) {}

  /**
   * Starts a step.
   *
   * @param before what it computed in the run before, so that what keeps its shape stays the same value to those that read it
   */
  begin(before: readonly PlanValue[]): void {
    this.#before = before;
    this.#dispatches = [];
    this.#results = [];
  }

  /** What was written down since `begin`. */
  end(): { readonly dispatches: readonly RecordedDispatch[]; readonly results: readonly PlanValue[] } {
    return { dispatches: this.#dispatches, results: this.#results };
  }

  /** A value that the step computes. */
  result(shape: readonly number[]): PlanValue {
    const before = this.#before[this.#results.length];
    const result =
      before !== undefined && isSameShape(before.shape, shape) ? before : PlanValue.computed(shape);
    this.#results.push(result);
    return result;
  }

  get bindingBytes(): number {
    return this.limits.bindingBytes;
  }

  get offsetAlignment(): number {
    return this.limits.offsetAlignment;
  }

  launch(kernel: Kernel, { shape, ...dispatch }: Launch<PlanValue>): PlanValue {
    const result = this.result(shape);
    this.launchInto(kernel, dispatch, [result]);
    return result;
  }

  launchInParts(
    parts: readonly (Dispatch<PlanValue> & { readonly kernel: Kernel })[],
    shape: readonly number[],
  ): PlanValue {
    const result = this.result(shape);
    for (const { kernel, ...dispatch } of parts) this.launchInto(kernel, dispatch, [result]);
    return result;
  }

  /** A dispatch into values that there are; nothing where they have no numbers. */
  launchInto(
    kernel: Kernel,
    { inputs, uniforms, units }: Dispatch<PlanValue>,
    results: readonly PlanValue[],
  ): void {
    if (results.every(({ size }) => size === 0)) return;
    const workgroups = workgroupsOf(kernel, units, this.limits.workgroupsPerDimension);
    const dtypes = inputs.map((input) => ('tensor' in input ? input.tensor : input).dtype).join();
    const uniformTypes = Object.values(kernel.uniforms);
    this.#dispatches.push({ kernel, inputs, results, uniforms, uniformTypes, workgroups, dtypes });
  }
}
