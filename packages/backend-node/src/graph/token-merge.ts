import { LEAST_DIVISOR, LINEAR_ABOVE } from '@geodesic/backend';
import type { Dim, Interpolation } from '@geodesic/compiler';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphLowering } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/** The last axis, and all slots of a row. */
const FEATURES = [2] as const;
const WHOLE_ROW = [1, 2] as const;

/** The members of every slot: [B, M, features] each, zero where a slot has none; what they are, [B, M, 1]. */
interface Members {
  readonly states: readonly NodeName[];
  /** 1 where a slot has all members, else 0. */
  readonly isGroup: NodeName;
  /** 1 where a slot lies in the region that merging works on, else 0. */
  readonly inRegion: NodeName;
}

/** Gathers the members of each slot and combines them; a slot with one member keeps it exactly. */
export const tokenMerge: GraphLowering<'tokenMerge'> = (graph, inputs, { interpolation }, axes) => {
  const merge = new TokenMerge(graph);
  const [x, plan] = inputs as readonly [GraphValue, GraphValue];
  const members = merge.members(x.whole, plan.whole, plan.axes[2] as number);
  const merged = graph.reshape(merge.merged(members, interpolation), [axes.slice(0, -1), axes.at(-1) as Dim]);
  return GraphValue.ofTokens(graph, axes, merged);
};

/** Mean cosine and norm ratio of each group; 1 and 1 for a slot of one member. */
export const mergeStatistics: GraphLowering<'mergeStatistics'> = (graph, inputs, _, axes) => {
  const merge = new TokenMerge(graph);
  const [x, plan] = inputs as readonly [GraphValue, GraphValue];
  const members = merge.members(x.whole, plan.whole, plan.axes[2] as number);
  return GraphValue.whole(graph, axes, merge.statistics(members));
};

/** The nodes of one merge. The formulas are those of the composed lowering, which says why they are as they are. */
class TokenMerge {
  constructor(readonly graph: GraphUnderConstruction) {}

  members(x: NodeName, plan: NodeName, columns: number): Members {
    const members = Array.from({ length: columns - 1 }, (_, index) => this.#member(x, plan, index));
    const inRegion = this.graph.cast(this.graph.column(plan, columns - 1), 'int32', 'float32');
    return {
      states: members.map(({ states }) => states),
      isGroup: this.#all(
        'Mul',
        members.map(({ present }) => present),
      ),
      inRegion: this.graph.expand(inRegion, -1),
    };
  }

  merged(members: Members, interpolation: Interpolation): NodeName {
    const { states, isGroup } = members;
    const one = this.graph.scalar(1);
    if (interpolation === 'drop') {
      const single = this.#op('Mul', this.#all('AddV2', states.slice(0, -1)), this.#op('Sub', one, isGroup));
      return this.#op('AddV2', single, states.at(-1) as NodeName);
    }
    const weight = this.#where(this.#positive(isGroup), this.#weightOf(members, interpolation), one);
    return this.#all(
      'AddV2',
      states.map((member) => this.#op('Mul', member, weight)),
    );
  }

  statistics({ states, isGroup }: Members): NodeName {
    const statistics = this.graph.concat([this.#meanCosine(states), this.#normRatio(states)], 2);
    return this.#where(this.#positive(isGroup), statistics, this.graph.scalar(1));
  }

  #member(x: NodeName, plan: NodeName, index: number): { states: NodeName; present: NodeName } {
    const { graph } = this;
    const [places, zero] = [graph.column(plan, index), graph.integer(0)];
    const isPresent = graph.op('GreaterEqual', [places, zero], {}, 'int32');
    const present = graph.expand(graph.cast(isPresent, 'bool', 'float32'), -1);
    const gathered = graph.gather(x, graph.op('Maximum', [places, zero], {}, 'int32'), {
      axis: 1,
      batchAxes: 1,
    });
    return { present, states: this.#op('Mul', gathered, present) };
  }

  /** The factor of all members of a group, [B, M, 1]. */
  #weightOf(members: Members, interpolation: Exclude<Interpolation, 'drop'>): NodeName {
    const { states } = members;
    switch (interpolation) {
      case 'mean':
        return this.graph.scalar(1 / states.length);
      case 'norm-preserving':
        return this.#normPreservingWeight(states);
      case 'slerp':
        return this.#slerpWeight(this.#meanCosine(states), states.length);
      case 'reference':
        return this.#slerpWeight(this.#frobeniusCosine(members), states.length);
    }
  }

  /** One over the length of the sum of the members' directions: 1 / √(n (1 + (n − 1) c̄)); for two that is SLERP at t = ½. */
  #slerpWeight(cos: NodeName, members: number): NodeName {
    const { graph } = this;
    const spread = this.#op('AddV2', this.#op('Mul', cos, graph.scalar(members - 1)), graph.scalar(1));
    const guarded = this.#atLeast(spread, 1 - LINEAR_ABOVE);
    const gain = graph.op('Rsqrt', [this.#op('Mul', guarded, graph.scalar(members))]);
    const parallel = this.#op('Greater', cos, graph.scalar(LINEAR_ABOVE));
    const opposite = this.#op('Less', spread, graph.scalar(1 - LINEAR_ABOVE));
    const linear = graph.scalar(1 / members);
    return this.#where(parallel, linear, this.#where(opposite, linear, gain));
  }

  /** The direction of the mean at the largest of the norms. */
  #normPreservingWeight(states: readonly NodeName[]): NodeName {
    const total = this.#norm(this.#all('AddV2', states));
    const largest = this.#all(
      'Maximum',
      states.map((state) => this.#norm(state)),
    );
    const opposite = this.#op('LessEqual', total, this.graph.scalar(LEAST_DIVISOR));
    const gain = this.#op('RealDiv', largest, this.#atLeast(total, LEAST_DIVISOR));
    return this.#where(opposite, this.graph.scalar(1 / states.length), gain);
  }

  /** The mean cosine of the pairs of a group. */
  #meanCosine(states: readonly NodeName[]): NodeName {
    const cosines = states.flatMap((left, i) =>
      states.slice(i + 1).map((right) => this.#cosine(left, right)),
    );
    return this.#op('RealDiv', this.#all('AddV2', cosines), this.graph.scalar(cosines.length));
  }

  /** |left| / |right| of a pair; of a larger group the largest norm over the smallest. */
  #normRatio(states: readonly NodeName[]): NodeName {
    const norms = states.map((state) => this.#norm(state));
    const [left, right] = norms as [NodeName, NodeName];
    if (norms.length === 2) return this.#op('RealDiv', left, this.#atLeast(right, LEAST_DIVISOR));
    const smallest = this.#all('Minimum', norms);
    return this.#op('RealDiv', this.#all('Maximum', norms), this.#atLeast(smallest, LEAST_DIVISOR));
  }

  /** Cosine of each pair, clamped; 1, which means linear interpolation, where a member is zero. */
  #cosine(left: NodeName, right: NodeName): NodeName {
    const [a, b] = [this.#rescaled(left, FEATURES).states, this.#rescaled(right, FEATURES).states];
    const norms = this.#productOfNorms(a, b, FEATURES);
    const dots = this.graph.reduce('Sum', this.#op('Mul', a, b), FEATURES);
    const cos = this.#clamped(this.#op('RealDiv', dots, this.#atLeast(norms, LEAST_DIVISOR)));
    return this.#where(
      this.#op('LessEqual', norms, this.graph.scalar(LEAST_DIVISOR)),
      this.graph.scalar(1),
      cos,
    );
  }

  /** The article's cosine: members are divided by the Frobenius norms of all left and of all right members of their row. */
  #frobeniusCosine({ states, inRegion }: Members): NodeName {
    const [left, right] = states as [NodeName, NodeName];
    const stack = (side: NodeName) => this.#rescaled(this.#op('Mul', side, inRegion), WHOLE_ROW).states;
    const [a, b] = [stack(left), stack(right)];
    const norms = this.#productOfNorms(a, b, WHOLE_ROW);
    const dots = this.graph.reduce('Sum', this.#op('Mul', a, b), FEATURES);
    return this.#clamped(this.#op('RealDiv', dots, this.#atLeast(norms, LEAST_DIVISOR)));
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
    const scale = this.#atLeast(
      this.graph.reduce('Max', this.graph.op('Abs', [states]), axes),
      LEAST_DIVISOR,
    );
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

  /** A binary op over all of several values, from the left. */
  #all(name: string, values: readonly NodeName[]): NodeName {
    return values.reduce((result, value) => this.#op(name, result, value));
  }

  #op(name: string, a: NodeName, b: NodeName): NodeName {
    return this.graph.op(name, [a, b]);
  }
}
