import type { SourceLocation } from '@geodesic/compiler';
import { located } from './block.js';
import { featuresOf, linear } from './ops.js';
import type { Scope } from './scope.js';
import type { Tensor } from './tensor.js';
import { EMBEDDING_PATH } from './token-embedding.js';

/** What turns hidden states into logits over the vocabulary. */
export interface Head {
  readonly source?: SourceLocation;
  project(x: Tensor, vocab: number, scope: Scope): Tensor;
}

/** A projection to the vocabulary; `tied` uses the embedding's table. */
export function lmHead({ tied }: { readonly tied: boolean }): Head {
  return {
    ...located(lmHead),
    project(x, vocab, scope) {
      const shape = [featuresOf(x), vocab];
      const weight = tied
        ? scope.sharedParameter(`${EMBEDDING_PATH}.weight`, shape)
        : scope.parameter('weight', shape);
      return linear(x, weight);
    },
  };
}
