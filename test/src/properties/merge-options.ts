import {
  INTERPOLATIONS,
  MERGE_GROUPS,
  POSITION_STRATEGIES,
  type SlerpMergeOptions,
} from '@geodesic/compiler';
import * as fc from 'fast-check';
import { LAYERS } from './random-llama.js';

/** Options of one merge but for its layer. `reference` is left out: it is not causal, and its positions are its own. */
const options = fc.record({
  group: fc.constantFrom(...MERGE_GROUPS),
  interpolation: fc.constantFrom(...INTERPOLATIONS.filter((name) => name !== 'reference')),
  positions: fc.constantFrom(...POSITION_STRATEGIES),
  keepStart: fc.nat({ max: 4 }),
  keepEnd: fc.nat({ max: 4 }),
  minLength: fc.nat({ max: 8 }),
  proportionalAttention: fc.boolean(),
});

type DrawnMerge = Required<
  Omit<
    SlerpMergeOptions,
    'keepEndThreshold' | 'protect' | 'surprise' | 'ratio' | 'threshold' | 'stream' | 'chunk' | 'evict'
  >
>;

/** One merge, or two behind rising layers. */
export const merges: fc.Arbitrary<readonly DrawnMerge[]> = fc
  .subarray([...new Array(LAYERS).keys()], { minLength: 1, maxLength: 2 })
  .chain((layers) =>
    fc.tuple(...layers.map((afterLayer) => options.map((drawn) => ({ afterLayer, ...drawn })))),
  );

/** No merge as well. */
export const maybeMerges = fc.oneof(
  { arbitrary: fc.constant([]), weight: 1 },
  { arbitrary: merges, weight: 4 },
);
