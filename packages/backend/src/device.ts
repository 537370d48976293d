import type { Graph } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphRunner } from './graph-runner.js';
import type { LoweringTable } from './lowering-table.js';
import type { Tfjs } from './tfjs.js';

/** A backend that is ready to run: a tfjs module, the name tfjs knows the backend by, and how ops are lowered. */
export interface Device {
  /** Geodesic's name of the backend: `wasm`, `cpu`, `webgpu`, `node`. */
  readonly name: string;
  /** One line for people: the adapter, driver or library behind it. */
  readonly description: string;
  readonly tf: Tfjs;
  readonly lowering: LoweringTable;
  /** Most bytes of float32 weights that fit, where there is a known limit. */
  readonly weightLimitBytes?: number;
  /**
   * Makes this device the one that tfjs runs ops on. Synchronous, so that two sessions on two devices can take
   * turns: whoever runs ops calls it first and does not await before the last of them.
   */
  activate(): void;
  /** A runner of the device's own for a graph; without one, graphs run node by node with `lowering`. */
  prepare?(graph: Graph, parameters: ReadonlyMap<string, Tensor>): GraphRunner | undefined;
  /** Throws a `GeodesicError` (`backend.device-error`) when the device reported an error since the last call. */
  checkErrors(): Promise<void>;
}

/** What a backend package exports: a name and a lazy way to a device. Opening twice gives the same device. */
export interface Backend {
  readonly name: string;
  /**
   * Loads and starts the backend.
   *
   * @throws GeodesicError `backend.unavailable` when it can't run here, with the reason and what to install
   */
  open(): Promise<Device>;
}
