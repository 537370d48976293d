import type { DimBindings, HostArray, ValueId } from '@geodesic/compiler';
import type { NodeDef } from '../graph-def/graph-def.js';
import type { NodeName } from './node-name.js';

/** A compiler's graph as a TensorFlow graph, and where its values come in and out. */
export interface LoweredGraph {
  readonly nodes: readonly NodeDef[];
  /** Names of the values that nodes are part of. */
  readonly sources: ReadonlyMap<NodeName, string>;
  /** One for a graph without patches; else one up to each patched value, and the rest. */
  readonly segments: readonly Segment[];
  /** What else is fed, and how it follows from the sizes of a run. */
  readonly computed: ReadonlyMap<NodeName, (bindings: DimBindings) => HostArray>;
}

/** Nodes that run in one call. */
export interface Segment {
  /** What is fed: host values, weights, states, and what earlier segments left. */
  readonly placeholders: ReadonlyMap<ValueId, NodeName>;
  /** Values that later segments or a patch read. */
  readonly live: ReadonlyMap<ValueId, NodeName>;
  /** Outputs of the graph that are not on the host, by their names. No two share a node. */
  readonly outputs: ReadonlyMap<string, SegmentOutput>;
  /** The value that is replaced behind this segment. */
  readonly patched?: ValueId;
}

export interface SegmentOutput {
  readonly node: NodeName;
  /** Whether it is a buffer of keys or values. */
  readonly isBuffer: boolean;
  /** The state whose memory the buffer shares. */
  readonly shares?: ValueId;
}
