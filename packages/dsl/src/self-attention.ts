import { type Block, located } from './block.js';
import type { AttentionMask } from './causal.js';
import { featuresOf, mergeHeads, splitHeads } from './ops.js';
import { project } from './projection.js';
import type { PositionEncoding } from './rope.js';
import { emit } from './tensor.js';

export interface SelfAttentionOptions {
  readonly heads: number;
  /** Heads of keys and values, each shared by heads / kvHeads queries (Ainslie et al., 2023); default: heads. */
  readonly kvHeads?: number;
  readonly headDim: number;
  readonly position: PositionEncoding;
  readonly mask: AttentionMask;
  /** Biases of the query, key, value and output projections. */
  readonly bias?: boolean;
  /** Factor of the attention logits; default 1 / √headDim. */
  readonly scale?: number;
}

/** Multi-head attention over the context, with cached keys and values (Vaswani et al., 2017). */
export function selfAttention(options: SelfAttentionOptions): Block {
  const { heads, kvHeads = heads, headDim, position, mask, bias = false, scale = headDim ** -0.5 } = options;
  return {
    path: 'attention',
    ...located(selfAttention),
    apply(x, scope) {
      const split = (name: string, count: number) =>
        splitHeads(project(scope, x, name, count * headDim, bias), count);
      const queries = scope.named('queries', position.rotate(split('query', heads), scope));
      const keys = scope.named('keys', position.rotate(split('key', kvHeads), scope));
      const values = scope.named('values', split('value', kvHeads));
      const seen = mask.build(scope);
      const context = [queries, scope.cached('keys', keys), scope.cached('values', values), seen] as const;
      const attended = scope.named('context', mergeHeads(emit('attention', context, { scale })));
      return project(scope, attended, 'output', featuresOf(x), bias);
    },
  };
}
