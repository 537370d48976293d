import { domainSymbols, symbolicDim, TOKENS, tensorType, tokenAxis } from '@geodesic/compiler';
import type { Tensor } from './tensor.js';
import type { Tracer } from './tracer.js';

/** What describes the tokens of the running step, and those of the whole context including the cached ones. */
export interface TokenStreams {
  /** f32 [B, N]: may be fractional behind a merge. */
  readonly positionIds: Tensor;
  /** i32 [B, N, 2]: first and last original position. */
  readonly extents: Tensor;
  /** f32 [B, N]: how many tokens each stands for, 0 for padding. */
  readonly sizes: Tensor;
  /** i32 [B, P+N, 2] and f32 [B, P+N]. */
  readonly contextExtents: Tensor;
  readonly contextSizes: Tensor;
  /** f32 [B, P+N]; cached only in models that ask for it. */
  readonly contextPositionIds: Tensor;
  /** i32 [B]: how many original tokens each row has, those of the running step included; an input only in models that ask for it. */
  readonly lengths: Tensor;
}

/** Declares the streams of a trace; those that only some models ask for, when they are asked for. */
export function tokenStreams(tracer: Pick<Tracer, 'input' | 'cached'>): TokenStreams {
  const [rows, added] = [symbolicDim('B'), tokenAxis(symbolicDim(domainSymbols(TOKENS).added), TOKENS)];
  const positionIds = tracer.input(`${TOKENS}.positionIds`, tensorType('f32', [rows, added]));
  const extents = tracer.input(`${TOKENS}.extents`, tensorType('i32', [rows, added, 2]));
  const sizes = tracer.input(`${TOKENS}.sizes`, tensorType('f32', [rows, added]));
  const contextPositionIds = once(() => tracer.cached(`${TOKENS}.positionIds`, positionIds));
  const lengths = once(() => tracer.input(`${TOKENS}.lengths`, tensorType('i32', [rows])));
  return {
    positionIds,
    extents,
    sizes,
    contextExtents: tracer.cached(`${TOKENS}.extents`, extents),
    contextSizes: tracer.cached(`${TOKENS}.sizes`, sizes),
    get contextPositionIds() {
      return contextPositionIds();
    },
    get lengths() {
      return lengths();
    },
  };
}

/** What `make` makes, made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
