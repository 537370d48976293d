import type { Graph } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphRunner, RunnerOptions } from './graph-runner.js';
import type { LoweringTable, PackedLoweringTable } from './lowering-table.js';
import type { PackedWeight, QuantisedMatrix, Weight } from './packed-weight.js';
import type { Tfjs } from './tfjs.js';

/** A backend that is ready to run: a tfjs module, the name tfjs knows the backend by, and how ops are lowered. */
export interface Device {
  /** Geodesic's name of the backend: `wasm`, `cpu`, `webgpu`, `node`. */
  readonly name: string;
  /** One line for people: the adapter, driver or library behind it. */
  readonly description: string;
  readonly tf: Tfjs;
  readonly lowering: LoweringTable;
  /** Where the device computes with quantised weights as they are. */
  readonly packing?: WeightPacking;
  /** Whether runners of the device's own can cache keys and values as half floats. */
  readonly halfCaches?: boolean;
  /** Most bytes of float32 weights that fit, where there is a known limit. */
  readonly weightLimitBytes?: number;
  /**
   * Makes this device the one that tfjs runs ops on. Synchronous, so that two sessions on two devices can take
   * turns: whoever runs ops calls it first and does not await before the last of them.
   *
   * @throws GeodesicError `backend.lost` when the device is gone
   */
  activate(): void;
  /** Says what the memory that is taken next is for; an error for want of memory names it. */
  allocateFor?(name: string): void;
  /**
   * Takes memory for a tensor's numbers and sends them there, which otherwise the first op does that reads them.
   *
   * @throws GeodesicError `backend.memory`
   */
  upload?(tensor: Tensor): void;
  /** A runner of the device's own for a graph; without one, graphs run node by node with `lowering`. */
  prepare?(
    graph: Graph,
    parameters: ReadonlyMap<string, Weight>,
    options: RunnerOptions,
  ): GraphRunner | undefined;
  /** How many errors the device has reported so far; where a device reports none out of band, it has no such count. */
  reportedErrors?(): number;
  /**
   * Waits for what the device has to say of the work so far. An error can't be told from those of other steps at the same time, whose
   * commands may be in the same batch: it fails each step that was running when it was reported.
   *
   * @param since a count of `reportedErrors`; default: where the last call left off
   * @throws GeodesicError `backend.lost` (again each time), `backend.memory`, `backend.device-error`
   */
  checkErrors(since?: number): Promise<void>;
}

/** A device's way to keep quantised weights packed. */
export interface WeightPacking {
  /** Puts a matrix on the device, packed; undefined where the device can't pack its type. */
  pack(matrix: QuantisedMatrix): PackedWeight | undefined;
  readonly lowering: PackedLoweringTable;
}

/** What a backend package exports: a name and a lazy way to a device. Opening twice gives the same device, unless it was lost. */
export interface Backend {
  readonly name: string;
  /**
   * Loads and starts the backend.
   *
   * @throws GeodesicError `backend.unavailable` when it can't run here, with the reason and what to install
   */
  open(): Promise<Device>;
}
