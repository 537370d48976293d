import { dependsOnLength, type RotaryScaling } from '@geodesic/compiler';
import { declaredBy } from './declaration.js';
import { featuresOf } from './ops.js';
import type { PositionEncoding } from './position-encoding.js';
import { emit } from './tensor.js';

export interface RopeOptions {
  readonly theta: number;
  /** How many features of each head turn; default all. */
  readonly rotaryDim?: number;
  readonly scaling?: RotaryScaling | null;
  /** Whether neighbouring features turn together (GPT-J) instead of the halves of the rotated ones; default false. */
  readonly interleaved?: boolean;
}

/** Rotary position embedding (Su et al., 2021). */
export function rope(options: RopeOptions): PositionEncoding {
  const { theta, rotaryDim, scaling = null, interleaved = false } = options;
  return {
    ...declaredBy(rope, options),
    encode(x, { tokens }) {
      const attributes = { theta, rotaryDim: rotaryDim ?? featuresOf(x), scaling, interleaved };
      const operands = dependsOnLength(scaling)
        ? ([tokens.positionIds, tokens.lengths] as const)
        : ([tokens.positionIds] as const);
      const cos = emit('rotaryCos', operands, attributes);
      const sin = emit('rotarySin', operands, attributes);
      return emit('rope', [x, cos, sin], { interleaved });
    },
  };
}
