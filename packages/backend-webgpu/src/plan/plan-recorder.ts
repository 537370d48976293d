import type { Kernel } from '../kernels/kernel.js';
import {
  type Dispatch,
  type KernelLauncher,
  type Launch,
  type WindowedOperand,
  workgroupsOf,
} from '../kernels/kernel-launcher.js';
import { PlanValue } from './plan-value.js';

/** One dispatch that a run will make. */
export interface RecordedDispatch {
  readonly kernel: Kernel;
  readonly inputs: readonly (PlanValue | WindowedOperand<PlanValue>)[];
  readonly results: readonly PlanValue[];
  readonly uniforms: readonly number[];
  readonly workgroups: readonly [number, number, number];
}

/** Writes down dispatches instead of making them. */
export class PlanRecorder implements KernelLauncher<PlanValue> {
  readonly dispatches: RecordedDispatch[] = [];

  constructor(readonly limits: GPUSupportedLimits) {}

  get bindingBytes(): number {
    return this.limits.maxStorageBufferBindingSize;
  }

  get offsetAlignment(): number {
    return this.limits.minStorageBufferOffsetAlignment;
  }

  launch(kernel: Kernel, { shape, ...dispatch }: Launch<PlanValue>): PlanValue {
    const result = PlanValue.computed(shape);
    this.launchInto(kernel, dispatch, [result]);
    return result;
  }

  launchInParts(
    parts: readonly (Dispatch<PlanValue> & { readonly kernel: Kernel })[],
    shape: readonly number[],
  ): PlanValue {
    const result = PlanValue.computed(shape);
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
    const workgroups = workgroupsOf(kernel, units, this.limits.maxComputeWorkgroupsPerDimension);
    this.dispatches.push({ kernel, inputs, results, uniforms, workgroups });
  }
}
