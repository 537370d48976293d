import { type Graph, splitAtReadBack } from '@geodesic/compiler';
import type { Device } from './device.js';
import { Executable } from './executable.js';
import type { GraphRunner, RunnerOptions } from './graph-runner.js';
import type { Weight } from './packed-weight.js';
import { StagedRunner } from './staged-runner.js';

/**
 * What a device runs a graph with: its own runner where it has one for the graph, else node by node. A graph in which the host needs
 * numbers of the device runs in parts.
 */
export function prepareGraph(
  graph: Graph,
  device: Device,
  parameters: ReadonlyMap<string, Weight>,
  options: RunnerOptions = {},
): GraphRunner {
  const split = splitAtReadBack(graph);
  if (split !== undefined) {
    const parts = [split.first, split.second].map((part) => prepareGraph(part, device, parameters, options));
    return new StagedRunner(split, device, ...(parts as [GraphRunner, GraphRunner]));
  }
  return device.prepare?.(graph, parameters, options) ?? new Executable(graph, device, parameters);
}
