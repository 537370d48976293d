import { GeodesicError, printType } from '@geodesic/compiler';
import { type Block, declared } from './block.js';
import type { AttentionMask } from './causal.js';
import { add, clip, featuresOf, mergeHeads, splitHeads } from './ops.js';
import type { PositionEncoding } from './position-encoding.js';
import { project } from './projection.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

export interface SelfAttentionOptions {
  readonly heads: number;
  /** Heads of keys and values, each shared by heads / kvHeads queries (Ainslie et al., 2023); default: heads. */
  readonly kvHeads?: number;
  readonly headDim: number;
  /** Null: nothing here tells tokens apart by their positions. */
  readonly position: PositionEncoding | null;
  readonly mask: AttentionMask;
  /** Biases of the query, key and value projections. */
  readonly bias?: boolean;
  /** Bias of the output projection; default: as `bias`. */
  readonly outputBias?: boolean;
  /** Factor of the attention logits; default 1 / √headDim. */
  readonly scale?: number;
  /** Keeps the attention logits within ±softcap, before the mask (Gemma 2). */
  readonly softcap?: number | null;
  /** Normalises queries and keys. */
  readonly queryKeyNorm?: QueryKeyNorm | null;
  /** Keeps queries, keys and values within ±clip: behind norms that come before positions, else as projected (MPT, OLMoE). */
  readonly clip?: number | null;
}

/** How queries and keys are normalised. */
export interface QueryKeyNorm {
  readonly norm: Block;
  /** Each head by itself, or the whole projection before it is split into heads. */
  readonly over: 'head' | 'projection';
  /** Whether heads are normalised after their positions are encoded (Hunyuan), not before; default false. */
  readonly behindPosition?: boolean;
}

/**
 * Multi-head attention over the context, with cached keys and values (Vaswani et al., 2017).
 *
 * @throws GeodesicError `dsl.option` for a mask or a position encoding that is none; others when it is traced
 */
export function selfAttention(options: SelfAttentionOptions): Block {
  checkParts(options);
  const { heads, kvHeads = heads, headDim, bias = false, outputBias = bias } = options;
  const { scale = headDim ** -0.5, softcap = null } = options;
  return {
    path: 'attention',
    ...declared(selfAttention, options),
    apply(x, scope) {
      const queries = scope.named('queries', positioned(x, scope, 'query', heads, options));
      const keys = scope.named('keys', positioned(x, scope, 'key', kvHeads, options));
      const values = project(scope, x, 'value', kvHeads * headDim, bias);
      const split = scope.named('values', splitHeads(clipped(values, options), kvHeads));
      const seen = attentionBias(scope, options);
      const operands = [queries, scope.cached('keys', keys), scope.cached('values', split), seen] as const;
      const attended = emit('attention', operands, { scale, softcap });
      const context = scope.named('context', mergeHeads(attended));
      return project(scope, context, 'output', featuresOf(x), outputBias);
    },
  };
}

/** For callers without types: a function that makes an encoding in the place of one would encode nothing. */
function checkParts({ mask, position }: SelfAttentionOptions): void {
  const refuse = (what: string) => new GeodesicError('dsl.option', `selfAttention: ${what}`);
  if (typeof mask?.build !== 'function') throw refuse('mask must be a mask: causal(…)');
  if (position === null || position?.encode !== undefined || position?.bias !== undefined) return;
  throw refuse('position must be an encoding, such as rope(…), or null for none');
}

/** Queries or keys [B, N, heads, dim], normalised, clipped and with their positions. */
function positioned(
  x: Tensor,
  scope: Scope,
  name: 'query' | 'key',
  heads: number,
  options: SelfAttentionOptions,
): Tensor {
  const { headDim, position, queryKeyNorm = null, bias = false } = options;
  const encoded = (states: Tensor) => position?.encode?.(states, scope) ?? states;
  const projection = project(scope, x, name, heads * headDim, bias);
  if (queryKeyNorm === null) return encoded(splitHeads(clipped(projection, options), heads));
  checkPlace(queryKeyNorm);
  const normed = (states: Tensor) => scope.apply({ ...queryKeyNorm.norm, path: `${name}Norm` }, states);
  if (queryKeyNorm.over === 'projection') {
    return encoded(splitHeads(clipped(normed(projection), options), heads));
  }
  const states = splitHeads(projection, heads);
  return queryKeyNorm.behindPosition
    ? normed(encoded(clipped(states, options)))
    : encoded(clipped(normed(states), options));
}

function checkPlace({ over, behindPosition = false }: QueryKeyNorm): void {
  if (!['head', 'projection'].includes(over)) {
    throw new GeodesicError(
      'dsl.option',
      `selfAttention: queryKeyNorm over '${over}'; 'head' or 'projection'`,
    );
  }
  if (over === 'projection' && behindPosition) {
    throw new GeodesicError(
      'dsl.option',
      "selfAttention: positions are encoded in heads, so that a queryKeyNorm behindPosition must be over 'head'",
    );
  }
}

function clipped(states: Tensor, { clip: limit = null }: SelfAttentionOptions): Tensor {
  return limit === null ? states : clip(states, limit);
}

/** What is added to the attention logits: the mask, and what the position encoding adds. */
function attentionBias(scope: Scope, { mask, position, heads }: SelfAttentionOptions): Tensor {
  const seen = mask.build(scope);
  const bias = position?.bias?.(scope);
  if (bias === undefined) return seen;
  if (bias.type.axes[1]?.size !== heads) {
    throw new GeodesicError(
      'dsl.option',
      `selfAttention: the position encoding gives ${printType(bias.type)}, not a bias for each of ${heads} heads`,
    );
  }
  return add(bias, seen);
}
