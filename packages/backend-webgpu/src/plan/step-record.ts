import type { ValueId } from '@geodesic/compiler';
import type { PlanValue, Storage } from './plan-value.js';
import type { RecordedDispatch } from './recorded-dispatch.js';

/** What lowering a step has asked for and said so far. */
export interface OpenStepRecord {
  readonly reads: Map<ValueId, PlanValue>;
  readonly shapes: Map<ValueId, readonly number[]>;
  readonly defined: Map<ValueId, PlanValue>;
  /** Whether its dispatches depend on nothing but `reads` and `shapes`. */
  isFixed: boolean;
}

/** What a step was lowered to, and what that depended on. */
export interface StepRecord extends Readonly<OpenStepRecord> {
  readonly dispatches: readonly RecordedDispatch[];
  /** All that its dispatches compute, but for caches. */
  readonly results: readonly PlanValue[];
  readonly placed: readonly (readonly [slot: number, storage: Storage])[];
}

export function openStepRecord(): OpenStepRecord {
  return { reads: new Map(), shapes: new Map(), defined: new Map(), isFixed: true };
}
