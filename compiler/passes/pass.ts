import type { Graph } from '../ir/graph.js';

/** Which graph of a model is wanted: the prompt at once, or new tokens behind a cache. */
export type Phase = 'prefill' | 'decode';

/**
 * Which of a program's graphs a pass works on: one of these, or for merges that go on while tokens are generated the graph that merges what was generated:
 * it begins as the one for new tokens.
 */
export type PassPhase = Phase | 'remerge';

/** What a pass is told of the compilation it is part of. */
export interface PassContext {
  readonly phase: PassPhase;
  /** Values that must stay values of their own because somebody reads or replaces them. */
  readonly pinned: ReadonlySet<string>;
}

/** A rewrite of a graph. It never changes its input, and its result is verified. */
export interface Pass {
  readonly name: string;
  /** Whether the program needs a graph that merges what was generated. */
  readonly remerges?: boolean;
  run(graph: Graph, context: PassContext): Graph;
}
