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
  /** Types of the inputs, which the kernel is compiled for. */
  readonly dtypes: string;
}

/** What a device allows, read once: each look at a device's own limits is a call into the driver. */
export interface PlanLimits {
  readonly bindingBytes: number;
  readonly offsetAlignment: number;
  readonly storageBuffers: number;
  readonly workgroupsPerDimension: number;
}

export function planLimits({ limits }: GPUDevice): PlanLimits {
  return {
    bindingBytes: limits.maxStorageBufferBindingSize,
    offsetAlignment: limits.minStorageBufferOffsetAlignment,
    storageBuffers: limits.maxStorageBuffersPerShaderStage,
    workgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
  };
}

/** Writes down dispatches instead of making them. */
export class PlanRecorder implements KernelLauncher<PlanValue> {
  readonly dispatches: RecordedDispatch[] = [];

  constructor(readonly limits: PlanLimits) {}

  get bindingBytes(): number {
    return this.limits.bindingBytes;
  }

  get offsetAlignment(): number {
    return this.limits.offsetAlignment;
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
    const workgroups = workgroupsOf(kernel, units, this.limits.workgroupsPerDimension);
    const dtypes = inputs.map((input) => ('tensor' in input ? input.tensor : input).dtype).join();
    this.dispatches.push({ kernel, inputs, results, uniforms, workgroups, dtypes });
  }
}
