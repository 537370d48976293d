import type { ValueId } from '@geodesic/compiler';
import type { KernelSet } from '../kernels/kernel-set.js';
import type { kernelCalls } from '../lowering.js';
import type { PlanRecorder } from './plan-recorder.js';
import type { PlanValue } from './plan-value.js';

/** The streams of a domain's tokens that attention reads. */
export interface TokenStreams {
  readonly extents: ValueId;
  readonly sizes: ValueId;
  readonly positions: ValueId | undefined;
  readonly proportional: boolean;
}

/** A cache that a step writes to, behind what it has. */
export interface OpenCache {
  readonly value: PlanValue;
  /** Tokens that a row has room for, and that it has. */
  readonly capacity: number;
  readonly past: number;
  /** Whether it holds half floats, two in a word. */
  readonly half: boolean;
}

/** What lowering a step may ask of the run. */
export interface StepContext {
  readonly recorder: PlanRecorder;
  readonly kernels: KernelSet<PlanValue>;
  /** The kernels of single ops. */
  readonly calls: ReturnType<typeof kernelCalls<PlanValue>>;
  /** Whether keys and values are to be cached as half floats, where they fit. */
  readonly halfCaches: boolean;
  value(id: ValueId): PlanValue;
  /** Says what a step has made of a value. */
  define(id: ValueId, value: PlanValue): void;
  shapeOf(id: ValueId): readonly number[];
  /** A vec4 a token, as attention kernels read them. */
  tokens(streams: TokenStreams): PlanValue;
  numbers(values: readonly number[]): PlanValue;
  /** The memory of a cache, which begins with that of the step before if there was one. */
  openCache(cache: ValueId, of: { readonly past: ValueId | undefined; readonly half: boolean }): OpenCache;
  /** A cache that an earlier step of the run has written. */
  cache(id: ValueId): OpenCache;
}
