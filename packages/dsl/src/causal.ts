import { type Declared, declaredBy } from './declaration.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

/** Which keys a query sees. Declared, so that a pass can rewrite it. */
export interface AttentionMask extends Declared {
  /** Additive mask [B, 1, N, T] over the context. */
  build(scope: Scope): Tensor;
}

/** Keys up to the query and, with a window, less than `window` positions before it. */
export function causal(options: { readonly window?: number | null } = {}): AttentionMask {
  return {
    ...declaredBy(causal, options),
    build(scope) {
      const { extents, sizes, contextExtents, contextSizes } = scope.tokens;
      const attributes = { window: options.window ?? null, proportional: false };
      return emit('attentionMask', [extents, sizes, contextExtents, contextSizes], attributes);
    },
  };
}
