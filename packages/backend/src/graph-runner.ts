import { type Graph, type HostArray, splitAtReadBack } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CacheStorage } from './cache-storage.js';
import type { Device } from './device.js';
import { Executable } from './executable.js';
import type { Weight } from './packed-weight.js';
import { StagedRunner } from './staged-runner.js';

/** Data of a value, row-major, with its shape. */
export interface ValueData {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Replaces the numbers of a float32 value while a graph runs: gives as many as it gets. */
export type Patch = (value: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}) => Float32Array | Promise<Float32Array>;

/**
 * Cached keys or values on a device: a tfjs tensor, or whatever its runner keeps them in. Immutable for whoever holds it: a step
 * gives new ones, which may share memory with the old. Disposing one leaves the others usable.
 */
export interface DeviceState {
  readonly shape: readonly number[];
  /** How many numbers it holds. */
  readonly size: number;
  /** Bytes that they take on the device, where that is not 4 a number. */
  readonly byteLength?: number;
  dispose(): void;
}

/** Bytes that the numbers of a state take on its device; not those that there is room for. */
export function stateBytes({ size, byteLength = 4 * size }: DeviceState): number {
  return byteLength;
}

/** A cached value: streams of the tokens on the host, keys and values on the device. */
export type CachedState = HostArray | DeviceState;

export interface RunFeeds {
  /** By the names of `input` nodes. */
  readonly inputs: Readonly<Record<string, HostArray>>;
  /** By the names of `state` nodes; they stay the caller's. */
  readonly states: ReadonlyMap<string, CachedState>;
  readonly patches?: ReadonlyMap<string, Patch>;
  readonly signal?: AbortSignal | undefined;
}

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
