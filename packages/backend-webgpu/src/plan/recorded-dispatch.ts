import type { Kernel } from '../kernels/kernel.js';
import type { WindowedOperand } from '../kernels/kernel-launcher.js';
import type { PlanValue } from './plan-value.js';

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
