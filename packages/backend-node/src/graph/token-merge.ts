import type { Interpolation } from '@geodesic/compiler';
import type { GraphLowering } from './graph-lowering.js';
import type { GraphUnderConstruction, NodeName } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';

/** Above this |cos| two states are close to parallel or opposite, and linear interpolation takes over. */
const LINEAR_ABOVE = 0.9995;
/** Divisor for states that are all zero; any other state is larger after rescaling. */
const TINY = 1e-30;

/** The last axis, and all slots of a row. */
const FEATURES = [2] as const;
const WHOLE_ROW = [1, 2] as const;

/** The members of every slot: [B, M, features] each, zero where a slot has none; what they are, [B, M, 1]. */
interface Members {
  readonly left: NodeName;
  readonly right: NodeName;
  /** 1 where a slot has both members, else 0. */
  readonly isPair: NodeName;
  /** 1 where a slot lies in the region that merging works on, else 0. */
  readonly inRegion: NodeName;
}

/** Gathers the members of each slot and combines them; a slot with one member keeps it exactly. */
export const tokenMerge: GraphLowering<'tokenMerge'> = (graph, inputs, { interpolation }, axes) => {
  const merge = new TokenMerge(graph);
  const [x, plan] = inputs as readonly [GraphValue, GraphValue];
  return GraphValue.whole(graph, axes, merge.merged(merge.members(x.whole, plan.whole), interpolation));
};

/** Cosine and norm ratio of each pair; 1 and 1 for a slot of one member. */
export const mergeStatistics: GraphLowering<'mergeStatistics'> = (graph, inputs, _, axes) => {
  const merge = new TokenMerge(graph);
  const [x, plan] = inputs as readonly [GraphValue, GraphValue];
  return GraphValue.whole(graph, axes, merge.statistics(merge.members(x.whole, plan.whole)));
};

/** The nodes of one merge. The formulas are those of the composed lowering, which says why they are as they are. */
class TokenMerge {
  constructor(readonly graph: GraphUnderConstruction) {}

  members(x: NodeName, plan: NodeName): Members {
    const [left, right] = [this.#member(x, plan, 0), this.#member(x, plan, 1)];
    return {
      left: left.states,
      right: right.states,
      isPair: this.#op('Mul', left.present, right.present),
      inRegion: this.graph.expand(this.graph.cast(this.#column(plan, 2), 'int32', 'float32'), -1),
    };
  }

  merged(members: Members, interpolation: Interpolation): NodeName {
    const { left, right, isPair } = members;
    const one = this.graph.scalar(1);
    if (interpolation === 'drop') {
      return this.#op('AddV2', this.#op('Mul', left, this.#op('Sub', one, isPair)), right);
    }
    const weight = this.#where(this.#positive(isPair), this.#pairWeight(members, interpolation), one);
    return this.#op('AddV2', this.#op('Mul', left, weight), this.#op('Mul', right, weight));
  }

  statistics({ left, right, isPair }: Members): NodeName {
    const ratio = this.#op('RealDiv', this.#norm(left), this.#atLeast(this.#norm(right), TINY));
    const statistics = this.graph.concat([this.#cosine(left, right), ratio], 2);
    return this.#where(this.#positive(isPair), statistics, this.graph.scalar(1));
  }

  #member(x: NodeName, plan: NodeName, index: number): { states: NodeName; present: NodeName } {
    const { graph } = this;
    const [places, zero] = [this.#column(plan, index), graph.integer(0)];
    const isPresent = graph.op('GreaterEqual', [places, zero], {}, 'int32');
    const present = graph.expand(graph.cast(isPresent, 'bool', 'float32'), -1);
    const gathered = graph.gather(x, graph.op('Maximum', [places, zero], {}, 'int32'), {
      axis: 1,
      batchAxes: 1,
    });
    return { present, states: this.#op('Mul', gathered, present) };
  }

  /** plan[:, :, index] */
  #column(plan: NodeName, index: number): NodeName {
    const bounds = { begin: [0, 0, index], end: [0, 0, index + 1] };
    return this.graph.stridedSlice(plan, bounds, { begin: 0b011, end: 0b011, shrink: 0b100 }, 'int32');
  }

  /** The factor of both members of a pair, [B, M, 1]. */
  #pairWeight(members: Members, interpolation: Exclude<Interpolation, 'drop'>): NodeName {
    const { left, right } = members;
    switch (interpolation) {
      case 'mean':
        return this.graph.scalar(0.5);
      case 'norm-preserving':
        return this.#normPreservingWeight(left, right);
      case 'slerp':
        return this.#slerpWeight(this.#cosine(left, right));
      case 'reference':
        return this.#slerpWeight(this.#frobeniusCosine(members));
    }
  }

  /** SLERP at t = ½: 1 / √(2 (1 + cos ω)) for both members. */
  #slerpWeight(cos: NodeName): NodeName {
    const { graph } = this;
    const guarded = this.#atLeast(this.#op('AddV2', cos, graph.scalar(1)), 1 - LINEAR_ABOVE);
    const gain = graph.op('Rsqrt', [this.#op('Mul', guarded, graph.scalar(2))]);
    const linear = this.#op('Greater', graph.op('Abs', [cos]), graph.scalar(LINEAR_ABOVE));
    return this.#where(linear, graph.scalar(0.5), gain);
  }

  /** The direction of the mean at the larger of the two norms. */
  #normPreservingWeight(left: NodeName, right: NodeName): NodeName {
    const total = this.#norm(this.#op('AddV2', left, right));
    const larger = this.#op('Maximum', this.#norm(left), this.#norm(right));
    const opposite = this.#op('LessEqual', total, this.graph.scalar(TINY));
    const gain = this.#op('RealDiv', larger, this.#atLeast(total, TINY));
    return this.#where(opposite, this.graph.scalar(0.5), gain);
  }

  /** Cosine of each pair, clamped; 1, which means linear interpolation, where a member is zero. */
  #cosine(left: NodeName, right: NodeName): NodeName {
    const [a, b] = [this.#rescaled(left, FEATURES).states, this.#rescaled(right, FEATURES).states];
    const norms = this.#productOfNorms(a, b, FEATURES);
    const dots = this.graph.reduce('Sum', this.#op('Mul', a, b), FEATURES);
    const cos = this.#clamped(this.#op('RealDiv', dots, this.#atLeast(norms, TINY)));
    return this.#where(this.#op('LessEqual', norms, this.graph.scalar(TINY)), this.graph.scalar(1), cos);
  }

  /** The article's cosine: members are divided by the Frobenius norms of all left and of all right members of their row. */
  #frobeniusCosine({ left, right, inRegion }: Members): NodeName {
    const stack = (states: NodeName) => this.#rescaled(this.#op('Mul', states, inRegion), WHOLE_ROW).states;
    const [a, b] = [stack(left), stack(right)];
    const norms = this.#productOfNorms(a, b, WHOLE_ROW);
    const dots = this.graph.reduce('Sum', this.#op('Mul', a, b), FEATURES);
    return this.#clamped(this.#op('RealDiv', dots, this.#atLeast(norms, TINY)));
  }

  #productOfNorms(a: NodeName, b: NodeName, axes: readonly number[]): NodeName {
    return this.#op('Mul', this.#root(a, axes), this.#root(b, axes));
  }

  #norm(states: NodeName): NodeName {
    const { states: unit, scale } = this.#rescaled(states, FEATURES);
    return this.#op('Mul', this.#root(unit, FEATURES), scale);
  }

  /** States divided by their largest magnitude, so that squares neither overflow nor vanish. */
  #rescaled(states: NodeName, axes: readonly number[]): { states: NodeName; scale: NodeName } {
    const scale = this.#atLeast(this.graph.reduce('Max', this.graph.op('Abs', [states]), axes), TINY);
    return { states: this.#op('RealDiv', states, scale), scale };
  }

  #root(states: NodeName, axes: readonly number[]): NodeName {
    return this.graph.op('Sqrt', [this.graph.reduce('Sum', this.graph.op('Square', [states]), axes)]);
  }

  #clamped(cos: NodeName): NodeName {
    return this.#op('Minimum', this.#atLeast(cos, -1), this.graph.scalar(1));
  }

  #atLeast(x: NodeName, least: number): NodeName {
    return this.#op('Maximum', x, this.graph.scalar(least));
  }

  #positive(x: NodeName): NodeName {
    return this.#op('Greater', x, this.graph.scalar(0));
  }

  #where(condition: NodeName, yes: NodeName, no: NodeName): NodeName {
    return this.graph.op('SelectV2', [condition, yes, no]);
  }

  #op(name: string, a: NodeName, b: NodeName): NodeName {
    return this.graph.op(name, [a, b]);
  }
}
