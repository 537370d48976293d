import type { Kernel } from '../kernels/kernel.js';
import {
  type Dispatch,
  type KernelLauncher,
  type Launch,
  type WindowedOperand,
  workgroupsOf,
} from '../kernels/kernel-launcher.js';
import { isSameShape, PlanValue } from './plan-value.js';

/** One dispatch that a run will make. */
export interface RecordedDispatch {
  readonly kernel: Kernel;
  readonly inputs: readonly (PlanValue | WindowedOperand<PlanValue>)[];
  readonly results: readonly PlanValue[];
  readonly uniforms: readonly number[];
  readonly uniformTypes: readonly string[];
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
  /** How many invocations every subgroup has; nothing where kernels can't use them, or where that is not always the same. */
  readonly subgroupSize: number | undefined;
}

export function planLimits(device: GPUDevice): PlanLimits {
  const { limits } = device;
  return {
    subgroupSize: subgroupSizeOf(device),
    bindingBytes: limits.maxStorageBufferBindingSize,
    offsetAlignment: limits.minStorageBufferOffsetAlignment,
    storageBuffers: limits.maxStorageBuffersPerShaderStage,
    workgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
  };
}

// Newer than the type definitions that tfjs pins.
type SubgroupInfo = { readonly subgroupMinSize?: number; readonly subgroupMaxSize?: number };

function subgroupSizeOf(device: GPUDevice): number | undefined {
  if (!device.features.has('subgroups')) return undefined;
  const { adapterInfo } = device as { readonly adapterInfo?: SubgroupInfo };
  const { subgroupMinSize, subgroupMaxSize } = adapterInfo ?? {};
  return subgroupMinSize === subgroupMaxSize ? subgroupMinSize : undefined;
}

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
