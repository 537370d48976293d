import type { Graph } from '@geodesic/compiler';
import type { LoweredGraph, Segment } from './lowered-graph.js';
import type { StateUses } from './prepared-states.js';
import type { SavedModel, SavedModelCall } from './saved-model.js';

/** A graph in a TensorFlow session, for runs that patch the same values. */
export interface PreparedGraph {
  /** The variant's. */
  readonly graph: Graph;
  readonly computed: LoweredGraph['computed'];
  readonly model: SavedModel;
  readonly calls: readonly SegmentCall[];
  readonly states: StateUses;
}

/** Feeds what is computed, then the placeholders of a segment; gives the values that stay live, then the outputs. */
export interface SegmentCall {
  readonly segment: Segment;
  readonly call: SavedModelCall;
}
