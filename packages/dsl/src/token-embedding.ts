import type { SourceLocation } from '@geodesic/compiler';
import { located } from './block.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

export const EMBEDDING_PATH = 'embed';

/** What turns token ids [B, N] into the first hidden states. */
export interface Embedding {
  readonly vocab: number;
  readonly dim: number;
  readonly source?: SourceLocation;
  embed(ids: Tensor, scope: Scope): Tensor;
}

/** A table of one vector a token. It is stored [dim, vocab], as the head that may be tied to it is. */
export function tokenEmbedding({ vocab, dim }: { readonly vocab: number; readonly dim: number }): Embedding {
  return {
    vocab,
    dim,
    ...located(tokenEmbedding),
    embed: (ids, scope) => emit('embedding', [ids, scope.parameter('weight', [dim, vocab])], {}),
  };
}
