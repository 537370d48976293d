import type { HostArray } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CacheStorage } from './cache-storage.js';
import type { CachedState } from './device-state.js';
import type { RunFeeds } from './run-feeds.js';

/** The graph's outputs by name. Tensors and states belong to the caller, who disposes them. */
export interface RunResult {
  readonly host: ReadonlyMap<string, HostArray>;
  /** Outputs that are no caches. */
  readonly device: ReadonlyMap<string, Tensor>;
  /** Outputs `cache.*`: what the next step gets as states. */
  readonly states: ReadonlyMap<string, CachedState>;
}

/** A graph that is ready to run on a device. */
export interface GraphRunner {
  /**
   * Runs the graph. Whatever happens, all that it made and does not give back is disposed.
   *
   * @throws GeodesicError `run.input` for a missing or misshapen input, `run.aborted` when the signal says so, `run.patch`
   */
  run(feeds: RunFeeds): Promise<RunResult>;
  /** Frees what the runner keeps between runs; not the weights. Calling it twice does no harm. */
  dispose(): void;
}

/** How a runner is to work. */
export interface RunnerOptions {
  /** Default: float32. What runs op by op caches float32 whatever is said here. */
  readonly cache?: CacheStorage;
}
