import type { SourceLocation } from '@geodesic/compiler';
import { type Block, declared } from './block.js';
import type { Declared } from './declaration.js';
import type { LearnedPositions } from './learned-positions.js';
import { add, mul } from './ops.js';
import { project } from './projection.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

export const EMBEDDING_PATH = 'embed';

/** What turns token ids [B, N] into the first hidden states. */
export interface Embedding extends Declared {
  readonly vocab: number;
  readonly dim: number;
  readonly source?: SourceLocation;
  embed(ids: Tensor, scope: Scope): Tensor;
}

export interface TokenEmbeddingOptions {
  readonly vocab: number;
  readonly dim: number;
  /** Factor of the vectors. */
  readonly scale?: number;
  /** Features of the hidden states, where vectors of another size are projected to them. */
  readonly projectTo?: number;
  /** Learned positions, which are added. */
  readonly positions?: LearnedPositions;
  /** Normalises the sum. */
  readonly norm?: Block;
}

/** A table of one vector a token. It is stored [dim, vocab], as the head that may be tied to it is. */
export function tokenEmbedding(options: TokenEmbeddingOptions): Embedding {
  const { vocab, dim, scale, projectTo = dim, positions, norm } = options;
  return {
    vocab,
    dim,
    ...declared(tokenEmbedding, options),
    embed(ids, scope) {
      let x = emit('embedding', [ids, scope.parameter('weight', [dim, vocab])], {});
      if (scale !== undefined) x = mul(x, scale);
      if (projectTo !== dim) x = project(scope, x, 'projection', projectTo);
      if (positions !== undefined) x = add(x, positions.embed(projectTo, scope));
      return norm === undefined ? x : scope.apply({ ...norm, path: 'norm' }, x);
    },
  };
}
