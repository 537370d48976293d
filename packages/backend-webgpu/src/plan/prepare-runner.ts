import type { GraphRunner, RunnerOptions, Weight } from '@geodesic/backend';
import type { Graph } from '@geodesic/compiler';
import { EagerRunner } from './eager-runner.js';
import type { PlanDevice } from './plan-device.js';
import { PlannedRunner } from './planned-runner.js';

/** What runs a graph: a plan where there are kernels for all of its steps, else op by op. */
export function prepareRunner(
  graph: Graph,
  target: PlanDevice,
  parameters: ReadonlyMap<string, Weight>,
  options: RunnerOptions,
): GraphRunner {
  return (
    PlannedRunner.prepare(graph, target, parameters, options) ?? new EagerRunner(graph, target, parameters)
  );
}
