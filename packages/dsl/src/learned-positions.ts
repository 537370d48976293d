import { type Declared, declaredBy } from './declaration.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

/** What gives a vector [B, N, dim] for the position of each token. */
export interface LearnedPositions extends Declared {
  embed(dim: number, scope: Scope): Tensor;
}

export interface LearnedPositionsOptions {
  /** Positions that the table has vectors for; a run with more tokens fails with `run.position`. */
  readonly count: number;
  /** Rows of the table before that of position 0; default 0. */
  readonly offset?: number;
}

/** A table of one vector a position (Vaswani et al., 2017), stored [dim, offset + count]. */
export function learnedPositions(options: LearnedPositionsOptions): LearnedPositions {
  const { count, offset = 0 } = options;
  return {
    ...declaredBy(learnedPositions, options),
    embed(dim, scope) {
      const table = scope.parameter('positions.weight', [dim, offset + count]);
      const indices = emit('positionIndices', [scope.tokens.positionIds], { offset, count });
      return emit('embedding', [indices, table], {});
    },
  };
}
