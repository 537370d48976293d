import { Executable, type GraphRunner, type RunFeeds, type RunResult, type Weight } from '@geodesic/backend';
import type { Graph } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import { tensorOfCache } from './convert-caches.js';
import { KeyValueCache } from './key-value-cache.js';
import type { PlanDevice } from './plan-device.js';

/** Runs a graph op by op on a device where other graphs of the same session may be planned: caches of theirs become tensors. */
export class EagerRunner implements GraphRunner {
  readonly #executable: Executable;

  constructor(
    graph: Graph,
    readonly target: PlanDevice,
    parameters: ReadonlyMap<string, Weight>,
  ) {
    this.#executable = new Executable(graph, target.device, parameters);
  }

  async run(feeds: RunFeeds): Promise<RunResult> {
    const made: Tensor[] = [];
    const states = new Map(feeds.states);
    for (const [name, state] of feeds.states) {
      if (!(state instanceof KeyValueCache)) continue;
      const tensor = tensorOfCache(state, this.target);
      made.push(tensor);
      states.set(name, tensor);
    }
    try {
      return await this.#executable.run({ ...feeds, states });
    } finally {
      for (const tensor of made) tensor.dispose();
    }
  }

  dispose(): void {
    this.#executable.dispose();
  }
}
