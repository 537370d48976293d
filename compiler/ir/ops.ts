/**
 * The semantic ops: every op of a graph, with the attributes it carries. Four tables are keyed by this one and do not
 * compile unless they cover it: the type rules (`type-rules.ts`), the costs (`../cost/op-cost.ts`), each backend's lowering, and
 * what emitted modules call (`source-tools`). What the host evaluates is listed in `../host/host-ops.ts`.
 */
export interface OpAttributes {
  /** A value fed from the host at each run. */
  input: NoAttributes;
  /** A value kept from the step before: cached keys and values, and the streams of the cached tokens. */
  state: NoAttributes;
  /** A weight. */
  parameter: NoAttributes;
  /** A scalar. */
  constant: { readonly value: number };

  neg: NoAttributes;
  exp: NoAttributes;
  log: NoAttributes;
  sqrt: NoAttributes;
  rsqrt: NoAttributes;
  tanh: NoAttributes;
  sigmoid: NoAttributes;
  relu: NoAttributes;
  /** x · sigmoid(x). */
  silu: NoAttributes;
  /** x · Φ(x), with the error function. */
  gelu: NoAttributes;
  /** The tanh approximation of gelu: 0.5x(1 + tanh(√(2/π)(x + 0.044715x³))). */
  geluTanh: NoAttributes;

  add: NoAttributes;
  sub: NoAttributes;
  mul: NoAttributes;
  div: NoAttributes;
  maximum: NoAttributes;
  minimum: NoAttributes;

  /** [..., m, k] × [..., k, n] → [..., m, n]; the axes before are equal. */
  matmul: NoAttributes;
  /** (x [..., in], weight [in, out], bias? [out]) → [..., out]. */
  linear: NoAttributes;
  /** (ids [...], table [features, vocabulary]) → [..., features]; stored as the head's weight is, so that a tied head needs no copy. */
  embedding: NoAttributes;
  /** Over the last axis. */
  softmax: NoAttributes;
  /** Over the last axis, which stays with size 1. */
  sum: NoAttributes;
  /** Over the last axis, which stays with size 1. */
  mean: NoAttributes;
  /** Part of the last axis. */
  slice: { readonly start: number; readonly size: number };
  /** x where it is among the `count` largest of the last axis, 0 elsewhere; of equals the first are taken. */
  keepTopK: { readonly count: number };
  /** Along the last axis. */
  concat: NoAttributes;
  transpose: { readonly permutation: readonly number[] };
  /** [B, N, heads·dim] → [B, N, heads, dim]. */
  splitHeads: { readonly heads: number };
  /** [B, N, heads, dim] → [B, N, heads·dim]. */
  mergeHeads: NoAttributes;

  /** x / √(mean(x²) + eps) · weight, over the last axis (Zhang and Sennrich, 2019). */
  rmsNorm: { readonly eps: number };
  /**
   * (x, weight, bias?) → (x − mean) / √(var + eps) · weight + bias, mean and variance over the last axis. The weight and the bias
   * may also have one vector a head, [heads, dim] (Ba et al., 2016).
   */
  layerNorm: { readonly eps: number };

  /**
   * Cosines for `rope`: positionIds [B, N] → [B, N, 1, rotaryDim], each frequency in the two places that turn together. Where the
   * scaling depends on how many original tokens a row has so far, these lengths [B] follow.
   */
  rotaryCos: RotaryFrequencies;
  /** Sines for `rope`, negated in the first place of each two, so that rope is x · cos + swapped(x) · sin. */
  rotarySin: RotaryFrequencies;
  /**
   * Rotary position embedding (Su et al., 2021): (x [B, N, heads, dim], cos, sin), rotates the first rotaryDim features: feature i
   * with i + rotaryDim / 2, or 2i with 2i + 1 where it is interleaved.
   */
  rope: { readonly interleaved: boolean };
  /**
   * Rows of a table of learned positions: f32 positionIds → i32, rounded down, plus `offset`. The table has vectors for positions
   * below `count`; a run with another one fails.
   */
  positionIndices: { readonly offset: number; readonly count: number };
  /**
   * Attention with linear biases (Press et al., 2022): (positionIds of queries [B, N], of keys [B, T]) → [B, heads, N, T], for
   * each head slope · (key position − query position).
   */
  alibiBias: { readonly slopes: readonly number[] };

  /**
   * Additive mask of attention, [B, 1, N, T], from the extents [·, ·, 2] and sizes of queries and keys. Key j is seen by query i iff
   * both are valid (size > 0), last_j ≤ last_i and, with a window, last_i − last_j < window. `proportional` adds log(size_j) (ToMe).
   */
  attentionMask: { readonly window: number | null; readonly proportional: boolean };
  /**
   * softmax(cap(q·kᵀ · scale) + mask) · v: q [B, N, heads, dim], k and v [B, T, keyValueHeads, dim], mask [B, 1 or heads, N, T] →
   * [B, N, heads, dim]. With a soft cap, cap(s) is softcap · tanh(s / softcap) (Gemma 2), else s.
   */
  attention: { readonly scale: number; readonly softcap: number | null };
  /** (past, new) → past followed by new along the token axis. */
  cacheAppend: NoAttributes;

  /**
   * Which tokens go into which slot: (extents, sizes, protection?) → i32 [B, M, group + 1], the slots of the members in order (−1: a
   * zero vector) and whether the slot belongs to the region that merging works on. A slot has all its members, or one and keeps it as
   * it is; tokens whose protection, i32 [B, N], is not 0 stay alone.
   */
  mergePlan: MergePlanAttributes;
  /**
   * Which tokens stay alone, those around which the text surprises among them: (sizes, protection, surprise [B, N, 1]) → i32 [B, N].
   * The bits of the protection are those of `../host/slots/protection-bits.ts`.
   */
  surprisingTokens: { readonly threshold: number };
  /**
   * Which slots of a plan are made: (plan, statistics) → a plan. Of the slots with several members in the candidates' plan, those
   * most similar by `mergeStatistics`; the members of the others stay alone.
   */
  mergeChoice: MergeChoiceAttributes;
  /**
   * Which tokens stay where tokens are evicted instead of merged: (plan, key norms [B, N, 1]?) → a plan of single tokens, with as many
   * slots a row as the plan that merging would make.
   */
  eviction: EvictionAttributes;
  /**
   * The tokens that may still be merged when more follow, one a slot: (extents, sizes, plan, protection?) → a plan: all behind the last
   * slot of the region that nothing can change any more; of a row without a region, all behind the kept start.
   */
  mergeTail: { readonly keepStart: number; readonly domain: string; readonly symbol: string };
  /** The cached slots but for the last ones, which stand for the tokens of the tail, one a slot: (cached sizes, tail sizes) → a plan. */
  settledSlots: { readonly domain: string; readonly symbol: string };
  /**
   * The cached slots that stand for the tokens of the tail, one a token, where the tail has it: (cached sizes, tail sizes) → a plan
   * with a slot for each place of the tail.
   */
  tailSlots: { readonly domain: string; readonly symbol: string };
  /** (x [B, N, features], plan) → [B, M, features]. */
  tokenMerge: { readonly interpolation: Interpolation };
  /**
   * (x, plan) → [B, M, 2]: the cosine of a pair and |left| / |right|; of a larger group the mean cosine of its pairs, and the largest
   * norm over the smallest; 1 and 1 for a slot of one member.
   */
  mergeStatistics: NoAttributes;
  /** (extents, plan) → extents of the slots. */
  mergedExtents: NoAttributes;
  /** (sizes, plan) → how many tokens each slot stands for; 0 is padding. */
  mergedSizes: NoAttributes;
  /** (protection, plan) → 1 for slots with a protected member, else 0. */
  mergedProtection: NoAttributes;
  /** (position ids before, plan, merged extents, merged sizes) → position ids of the slots; a row without a pair keeps its own. */
  mergedPositions: { readonly strategy: PositionStrategy };
  /** Hands tokens over to another domain unmerged; the only op that changes a domain besides mergePlan. */
  enterDomain: { readonly domain: string };
  /** (extents, sizes) → the original position that each slot predicts, −1 for padding. */
  targets: NoAttributes;
  /** [B, N, features] → [B, features], the last slot of each row (rows are padded on the left). */
  lastToken: NoAttributes;
}

export type OpName = keyof OpAttributes;

// biome-ignore lint/complexity/noBannedTypes: an op without attributes carries the empty record
export type NoAttributes = {};

export const INTERPOLATIONS = ['slerp', 'mean', 'norm-preserving', 'drop', 'reference'] as const;
/** How `slerpMerge` makes one state of several; see `../merge/slerp-merge.ts`. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

export const MERGE_GROUPS = [2, 3, 4] as const;
/** How many consecutive tokens a merge makes one of. */
export type MergeGroup = (typeof MERGE_GROUPS)[number];

export const POSITION_STRATEGIES = ['midpoint', 'first', 'last', 'compact'] as const;
/** Where a merged token stands: the middle, start or end of its extent, or its index among the slots. */
export type PositionStrategy = (typeof POSITION_STRATEGIES)[number];

/** Which tokens a merge puts together, and where their slots live. */
export interface MergePlanAttributes {
  /** How many tokens go into a slot; default 2. */
  readonly group?: MergeGroup;
  readonly keepStart: number;
  readonly keepEnd: number;
  readonly minLength: number;
  /** `consecutive`: groups from the start of the region. `reference`: the article's pairs, shifted by a zero vector. */
  readonly pairing: 'consecutive' | 'reference';
  /** `reference` only: the end is kept only where more tokens than this remain behind the start. */
  readonly keepEndThreshold: number;
  /** Rows with fewer tokens between the kept start and end are left alone; default: `group`. */
  readonly leastRegion?: number;
  /** Domain of the slots, and the symbol that their number is bound to. */
  readonly domain: string;
  readonly symbol: string;
}

/** Which of a plan's slots a merge makes, and where its slots live. */
export interface MergeChoiceAttributes {
  /** The share of each row's candidates that are made, rounded; the most similar ones. */
  readonly ratio: number;
  /** The least cosine. */
  readonly threshold: number;
  /** The most that the norms of a slot's members may differ by, as a factor; null: any. */
  readonly normFactor: number | null;
  /** Domain of the slots, and the symbol that their number is bound to. */
  readonly domain: string;
  readonly symbol: string;
}

/** Which tokens an eviction leaves: `../host/slots/eviction.ts`. */
export type EvictionPolicy = 'middle' | 'key-norm' | 'all';

/** Which tokens are evicted, and where the others live. */
export interface EvictionAttributes {
  readonly policy: EvictionPolicy;
  /** Tokens at the start of a row that `middle` keeps. */
  readonly keepStart: number;
  /** Domain of the slots, and the symbol that their number is bound to. */
  readonly domain: string;
  readonly symbol: string;
}

/** Angular frequencies of RoPE: position · theta^(−2i / rotaryDim), rescaled by `scaling`. */
export interface RotaryFrequencies {
  readonly theta: number;
  readonly rotaryDim: number;
  readonly scaling: RotaryScaling | null;
  /** Whether features 2i and 2i + 1 turn together, instead of i and i + rotaryDim / 2. */
  readonly interleaved: boolean;
}

/** Scalings of RoPE by the names of Hugging Face configs; `../host/rotary-scaling.ts` has their formulas. */
export type RotaryScaling =
  | { readonly type: 'linear'; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalMaxPositionEmbeddings: number;
    }
  | { readonly type: 'dynamic'; readonly factor: number; readonly originalMaxPositionEmbeddings: number }
  | {
      readonly type: 'yarn';
      readonly factor: number;
      readonly originalMaxPositionEmbeddings: number;
      /** Factor of cosines and sines. */
      readonly attentionFactor: number;
      /** Rotations within the original context from which on a frequency stays, and up to which it is divided by `factor`. */
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Whether the ends of the ramp between the two are rounded to whole frequencies. */
      readonly truncate: boolean;
    }
  /** What each frequency is divided by, which GGUF files say instead of a formula. */
  | { readonly type: 'factors'; readonly factors: readonly number[] }
  | {
      readonly type: 'longrope';
      /** What each frequency is divided by, up to the original context and behind it. */
      readonly shortFactors: readonly number[];
      readonly longFactors: readonly number[];
      readonly originalMaxPositionEmbeddings: number;
      /** Factor of cosines and sines. */
      readonly attentionFactor: number;
    };

/** Whether the frequencies change as a row grows: what was computed with the old ones must then be computed anew. */
export function dependsOnLength(scaling: RotaryScaling | null): boolean {
  return scaling?.type === 'dynamic' || scaling?.type === 'longrope';
}
