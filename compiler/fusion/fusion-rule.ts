import type { AnyNode, ValueId } from '../ir/graph.js';
import type { TensorType } from '../ir/tensor-type.js';
import type { GraphUses } from './graph-uses.js';
import type { KernelStep } from './kernel-step.js';

/** What a rule may ask of the graph, and values that it may add to those of the graph. */
export interface FusionContext {
  readonly uses: GraphUses;
  /** A value of a step that no node of the graph has, such as a cache. The same name gives the same value. */
  added(name: string, type: TensorType): ValueId;
}

/** One fusion: the steps that compute a node's result together with nodes before it, in order, or nothing where it does not fit. */
export interface FusionRule {
  readonly name: string;
  match(root: AnyNode, context: FusionContext): readonly KernelStep[] | undefined;
}
