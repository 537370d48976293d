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
  /** Normalises queries and keys: each head by itself, or the whole projection before it is split into heads. */
  readonly queryKeyNorm?: { readonly norm: Block; readonly over: 'head' | 'projection' } | null;
  /** Keeps the outcomes of the query, key and value projections within ±clip (MPT). */
  readonly clip?: number | null;
}

/**
 * Multi-head attention over the context, with cached keys and values (Vaswani et al., 2017).
 *
 * @throws GeodesicError `dsl.option` for a mask or a position encoding that is none; others when it is traced
 */
export function selfAttention(options: SelfAttentionOptions): Block {
  checkParts(options);
  const { heads, kvHeads = heads, headDim, position, bias = false, outputBias = bias } = options;
  const { scale = headDim ** -0.5, softcap = null } = options;
  return {
    path: 'attention',
    ...declared(selfAttention, options),
    apply(x, scope) {
      const encoded = (states: Tensor) => position?.encode?.(states, scope) ?? states;
      const queries = scope.named('queries', encoded(projected(x, scope, 'query', heads, options)));
      const keys = scope.named('keys', encoded(projected(x, scope, 'key', kvHeads, options)));
      const values = scope.named('values', projected(x, scope, 'value', kvHeads, options));
      const seen = attentionBias(scope, options);
      const operands = [queries, scope.cached('keys', keys), scope.cached('values', values), seen] as const;
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

/** Queries, keys or values [B, N, heads, dim] without their positions. */
function projected(
  x: Tensor,
  scope: Scope,
  name: 'query' | 'key' | 'value',
  heads: number,
  { headDim, bias = false, queryKeyNorm = null, clip: limit = null }: SelfAttentionOptions,
): Tensor {
  const projection = project(scope, x, name, heads * headDim, bias);
  const clipped = limit === null ? projection : clip(projection, limit);
  if (queryKeyNorm === null || name === 'value') return splitHeads(clipped, heads);
  if (!['head', 'projection'].includes(queryKeyNorm.over)) {
    throw new GeodesicError(
      'dsl.option',
      `selfAttention: queryKeyNorm over '${queryKeyNorm.over}'; 'head' or 'projection'`,
    );
  }
  const norm = { ...queryKeyNorm.norm, path: `${name}Norm` };
  return queryKeyNorm.over === 'head'
    ? scope.apply(norm, splitHeads(clipped, heads))
    : splitHeads(scope.apply(norm, clipped), heads);
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
