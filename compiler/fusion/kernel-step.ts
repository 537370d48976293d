import type { AnyNode, ValueId } from '../ir/graph.js';

/** An activation that a product's kernel can apply to its result. */
export type FusedActivation = 'silu' | 'gelu' | 'geluTanh' | 'relu';

/** One x · weight + bias. */
export interface Projection {
  readonly weight: ValueId;
  readonly bias: ValueId | undefined;
  readonly output: ValueId;
}

/** Which keys a query sees, by the streams of both, as the op `attentionMask` says. */
export interface SeenKeys {
  readonly queryExtents: ValueId;
  readonly querySizes: ValueId;
  readonly keyExtents: ValueId;
  readonly keySizes: ValueId;
  readonly window: number | null;
  readonly proportional: boolean;
}

/** What ALiBi adds to attention logits, as the op `alibiBias` says. */
export interface FusedAlibi {
  readonly queryPositions: ValueId;
  readonly keyPositions: ValueId;
  readonly slopes: readonly number[];
}

interface StepKinds {
  /** A node by itself. */
  node: { readonly node: AnyNode };
  /** A node whose result has the numbers of its operand in their order: nothing to compute. */
  view: { readonly of: ValueId; readonly output: ValueId };
  /** Products of the same x, each with a result of its own. */
  products: { readonly x: ValueId; readonly projections: readonly Projection[] };
  /** activation(x · weight + bias) + residual, whichever of the two there is. */
  productInto: {
    readonly x: ValueId;
    readonly projection: Projection;
    readonly activation: FusedActivation | undefined;
    readonly residual: ValueId | undefined;
    readonly output: ValueId;
  };
  /** activation(x · gate) * (x · up). */
  gatedProduct: {
    readonly x: ValueId;
    readonly gate: Projection;
    readonly up: Projection;
    readonly activation: FusedActivation;
    readonly output: ValueId;
  };
  /** residual + norm(x). */
  normInto: {
    readonly norm: AnyNode & { readonly op: 'rmsNorm' | 'layerNorm' };
    readonly residual: ValueId;
    readonly output: ValueId;
  };
  /**
   * Turns queries and keys by their positions, where there is a rotation, and writes keys and values behind those of the step before,
   * where there was one. Results: the turned queries, and both caches.
   */
  cacheKeys: {
    readonly queries: ValueId;
    readonly keys: ValueId;
    readonly values: ValueId;
    readonly rotation:
      | { readonly cos: ValueId; readonly sin: ValueId; readonly interleaved: boolean }
      | undefined;
    readonly pastKeys: ValueId | undefined;
    readonly pastValues: ValueId | undefined;
    readonly turnedQueries: ValueId | undefined;
    readonly keyCache: ValueId;
    readonly valueCache: ValueId;
  };
  /** Attention over caches, with the mask computed from streams. */
  cachedAttention: {
    readonly queries: ValueId;
    readonly keyCache: ValueId;
    readonly valueCache: ValueId;
    readonly seen: SeenKeys;
    readonly alibi: FusedAlibi | undefined;
    readonly scale: number;
    readonly softcap: number | null;
    readonly output: ValueId;
  };
}

/** What one kernel does: a node, or several together. */
export type KernelStep = { [K in keyof StepKinds]: StepKinds[K] & { readonly kind: K } }[keyof StepKinds];

/** The step of a kind. */
export type StepOf<K extends KernelStep['kind']> = Extract<KernelStep, { readonly kind: K }>;

/** The values that a step reads, streams and weights among them. */
export function inputsOf(step: KernelStep): readonly ValueId[] {
  switch (step.kind) {
    case 'node':
      return step.node.inputs;
    case 'view':
      return [step.of];
    case 'products':
      return [step.x, ...step.projections.flatMap(weightsOf)];
    case 'productInto':
      return present([step.x, ...weightsOf(step.projection), step.residual]);
    case 'gatedProduct':
      return [step.x, ...weightsOf(step.gate), ...weightsOf(step.up)];
    case 'normInto':
      return [...step.norm.inputs, step.residual];
    case 'cacheKeys': {
      const { queries, keys, values, rotation, pastKeys, pastValues } = step;
      return present([queries, keys, values, rotation?.cos, rotation?.sin, pastKeys, pastValues]);
    }
    case 'cachedAttention': {
      const { queries, keyCache, valueCache, seen, alibi } = step;
      const { queryExtents, querySizes, keyExtents, keySizes } = seen;
      const streams = [queryExtents, querySizes, keyExtents, keySizes];
      return present([queries, keyCache, valueCache, ...streams, alibi?.queryPositions, alibi?.keyPositions]);
    }
  }
}

/** The values that a step makes. */
export function outputsOf(step: KernelStep): readonly ValueId[] {
  switch (step.kind) {
    case 'node':
      return [step.node.id];
    case 'products':
      return step.projections.map(({ output }) => output);
    case 'cacheKeys':
      return present([step.turnedQueries, step.keyCache, step.valueCache]);
    default:
      return [step.output];
  }
}

function weightsOf({ weight, bias }: Projection): ValueId[] {
  return present([weight, bias]);
}

function present(ids: readonly (ValueId | undefined)[]): ValueId[] {
  return ids.filter((id) => id !== undefined);
}
