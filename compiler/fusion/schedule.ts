import { hostValues } from '../host/host-ops.js';
import { type AnyNode, type Graph, nodeAt, type ValueId } from '../ir/graph.js';
import { isLeaf } from '../ir/graph-builder.js';
import type { TensorType } from '../ir/tensor-type.js';
import { cachedAttention } from './attention-rule.js';
import type { FusionContext, FusionRule } from './fusion-rule.js';
import { GraphUses, isOneOf } from './graph-uses.js';
import { inputsOf, type KernelStep, outputsOf } from './kernel-step.js';
import {
  gatedProduct,
  normWithResidual,
  product,
  productWithActivation,
  productWithResidual,
} from './product-rules.js';
import { shareInputs } from './share-inputs.js';

/** Every fusion; of several that fit a node, the first is taken. */
export const fusionRules: readonly FusionRule[] = [
  cachedAttention,
  gatedProduct,
  productWithResidual,
  productWithActivation,
  normWithResidual,
  product,
];

/** Ops that only say the numbers of their operand in another shape or domain. */
const VIEWS = ['splitHeads', 'mergeHeads', 'enterDomain'] as const;

/** A graph as the steps of a device, in order. */
export interface Schedule {
  readonly graph: Graph;
  readonly steps: readonly KernelStep[];
  /** What the graph hands out from the device: values of nodes, or added ones. */
  readonly outputs: ReadonlyMap<string, ValueId>;
  /** Type of any value: of a node, or of what a fusion added. */
  typeOf(id: ValueId): TensorType;
  /** The name of a node, or of the output that a fusion's own value is handed out as. */
  nameOf(id: ValueId): string;
  /** How often each rule was applied, by its name. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Chooses the steps of a graph: from its results backwards, each value that something needs is computed by the largest step that a rule
 * finds for it. What a step has swallowed nobody needs any more, so that it is left out by itself.
 */
export function schedule(graph: Graph, rules: readonly FusionRule[] = fusionRules): Schedule {
  return new Scheduler(graph, rules).run();
}

class Scheduler {
  readonly #added = new Map<string, { readonly id: ValueId; readonly type: TensorType }>();
  readonly #counts = new Map<string, number>();
  readonly #needed = new Set<ValueId>();
  /** What steps read: of a cache that its own step hands on, only then is the plain value needed too. */
  readonly #readers = new Set<ValueId>();
  readonly #context: FusionContext;

  constructor(
    readonly graph: Graph,
    readonly rules: readonly FusionRule[],
  ) {
    this.#context = {
      uses: new GraphUses(graph),
      added: (name, type) => this.#addedValue(name, type),
    };
  }

  run(): Schedule {
    const onHost = hostValues(this.graph);
    for (const id of this.graph.outputs.values()) this.#needed.add(id);
    const made = new Set<ValueId>();
    const reversed: KernelStep[] = [];
    for (const node of this.graph.nodes.toReversed()) {
      if (onHost.has(node.id) || isLeaf(node.op) || made.has(node.id) || !this.#isNeeded(node)) continue;
      const steps = this.#stepsOf(node);
      for (const id of steps.flatMap(inputsOf)) this.#read(id);
      for (const id of steps.flatMap(outputsOf)) made.add(id);
      reversed.push(...steps.toReversed());
    }
    const steps = shareInputs(reversed.reverse());
    return {
      graph: this.graph,
      steps,
      outputs: this.#outputs(onHost),
      ...this.#describe(),
      counts: this.#counts,
    };
  }

  /** A cache is handed on by the step that writes it: its node is needed only where others read it. */
  #isNeeded({ id }: AnyNode): boolean {
    if (!this.#needed.has(id)) return false;
    const names = this.#context.uses.outputsOf(id);
    const isHandedOn = names.length > 0 && names.every((name) => this.#added.has(name));
    return !isHandedOn || this.#readers.has(id);
  }

  #read(id: ValueId): void {
    this.#needed.add(id);
    this.#readers.add(id);
  }

  #stepsOf(node: AnyNode): readonly KernelStep[] {
    for (const rule of this.rules) {
      const steps = rule.match(node, this.#context);
      if (steps === undefined) continue;
      this.#counts.set(rule.name, (this.#counts.get(rule.name) ?? 0) + 1);
      return steps;
    }
    const [of] = node.inputs;
    const isView = isOneOf(node, VIEWS) && of !== undefined;
    return [isView ? { kind: 'view', of, output: node.id } : { kind: 'node', node }];
  }

  #addedValue(name: string, type: TensorType): ValueId {
    const known = this.#added.get(name);
    if (known !== undefined) return known.id;
    const id = this.graph.nodes.length + this.#added.size;
    this.#added.set(name, { id, type });
    return id;
  }

  #outputs(onHost: ReadonlySet<ValueId>): Map<string, ValueId> {
    const outputs = new Map<string, ValueId>();
    for (const [name, id] of this.graph.outputs) {
      if (!onHost.has(id)) outputs.set(name, this.#added.get(name)?.id ?? id);
    }
    return outputs;
  }

  #describe(): Pick<Schedule, 'typeOf' | 'nameOf'> {
    const added = new Map([...this.#added].map(([name, { id, type }]) => [id, { name, type }]));
    const find = (id: ValueId) => added.get(id) ?? nodeAt(this.graph, id);
    return { typeOf: (id) => find(id).type, nameOf: (id) => find(id).name };
  }
}
