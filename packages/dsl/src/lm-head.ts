import type { SourceLocation } from '@geodesic/compiler';
import { declared } from './block.js';
import type { Declared } from './declaration.js';
import { featuresOf, linear, mul, softcap } from './ops.js';
import { project } from './projection.js';
import type { Scope } from './scope.js';
import type { Tensor } from './tensor.js';
import { EMBEDDING_PATH } from './token-embedding.js';

/** What turns hidden states into logits over the vocabulary. */
export interface Head extends Declared {
  readonly source?: SourceLocation;
  project(x: Tensor, vocab: number, scope: Scope): Tensor;
}

export interface LmHeadOptions {
  /** Whether the embedding's table is the weight. */
  readonly tied: boolean;
  readonly bias?: boolean;
  /** Features that hidden states are projected to first, where the table has vectors of another size. */
  readonly projectTo?: number;
  /** Factor of the logits. */
  readonly scale?: number;
  /** Keeps the logits within ±softcap (Gemma 2). */
  readonly softcap?: number | null;
}

/** A projection to the vocabulary. */
export function lmHead(options: LmHeadOptions): Head {
  const { tied, bias = false, projectTo, scale, softcap: cap } = options;
  return {
    ...declared(lmHead, options),
    project(x, vocab, scope) {
      const states =
        projectTo === undefined || projectTo === featuresOf(x)
          ? x
          : project(scope, x, 'projection', projectTo);
      const shape = [featuresOf(states), vocab];
      const weight = tied
        ? scope.sharedParameter(`${EMBEDDING_PATH}.weight`, shape)
        : scope.parameter('weight', shape);
      let logits = linear(states, weight, bias ? scope.parameter('bias', [vocab]) : undefined);
      if (scale !== undefined) logits = mul(logits, scale);
      return cap == null ? logits : softcap(logits, cap);
    },
  };
}
