import type { Declared } from './declaration.js';
import type { Scope } from './scope.js';
import type { Tensor } from './tensor.js';

/** How attention learns where its tokens stand. Declared, not computed by hand, so that a pass can move the tokens. */
export interface PositionEncoding extends Declared {
  /** Encodes the positions of the running step's tokens into queries or keys [B, N, heads, dim]. */
  encode?(x: Tensor, scope: Scope): Tensor;
  /** What is added to the attention logits: [B, heads, N, T] over the context. */
  bias?(scope: Scope): Tensor;
}
