import type { RunnerOptions, Weight } from '@geodesic/backend';
import type { Plan } from './plan.js';
import type { PlanDevice } from './plan-device.js';

/** A plan for a device, with all that its runs share. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly target: PlanDevice;
  /** Weights by the names of `parameter` nodes; the caller's. */
  readonly parameters: ReadonlyMap<string, Weight>;
  readonly options: RunnerOptions;
}
