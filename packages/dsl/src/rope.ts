import type { RotaryScaling } from '@geodesic/compiler';
import { featuresOf } from './ops.js';
import type { Scope } from './scope.js';
import { emit, type Tensor } from './tensor.js';

/** How attention learns where its tokens stand. Declared, not computed by hand, so that a pass can move the tokens. */
export interface PositionEncoding {
  /** Encodes the positions of the running step's tokens into queries or keys [B, N, heads, dim]. */
  rotate(x: Tensor, scope: Scope): Tensor;
}

export interface RopeOptions {
  readonly theta: number;
  /** How many features of each head turn; default all. */
  readonly rotaryDim?: number;
  readonly scaling?: RotaryScaling | null;
}

/** Rotary position embedding in the rotate-half layout (Su et al., 2021). */
export function rope({ theta, rotaryDim, scaling = null }: RopeOptions): PositionEncoding {
  return {
    rotate(x, scope) {
      const attributes = { theta, rotaryDim: rotaryDim ?? featuresOf(x), scaling };
      const { positionIds } = scope.tokens;
      const cos = emit('rotaryCos', [positionIds], attributes);
      const sin = emit('rotarySin', [positionIds], attributes);
      return emit('rope', [x, cos, sin], {});
    },
  };
}
