/**
 * The compiler's lists and defaults once more, which its types hold these to: importing them would make help a third slower.
 */
import type {
  DEFAULT_MERGE,
  INTERPOLATIONS,
  MERGE_STREAMS,
  POSITION_STRATEGIES,
  PROTECTED_CLASSES,
} from '@geodesic/compiler';

export const interpolations: typeof INTERPOLATIONS = [
  'slerp',
  'mean',
  'norm-preserving',
  'drop',
  'reference',
];
export const positionStrategies: typeof POSITION_STRATEGIES = ['midpoint', 'first', 'last', 'compact'];
export const mergeStreams: typeof MERGE_STREAMS = ['off', 'exact', 'kv'];
export const protectedClasses: typeof PROTECTED_CLASSES = [
  'digits',
  'capitalised',
  'names',
  'rare',
  'newlines',
  'special',
  'norm-outliers',
  'surprising',
];

/** The defaults that help names. */
export const mergeDefaults: Pick<
  typeof DEFAULT_MERGE,
  | 'group'
  | 'keepStart'
  | 'keepEnd'
  | 'interpolation'
  | 'positions'
  | 'ratio'
  | 'threshold'
  | 'stream'
  | 'chunk'
> = {
  group: 2,
  keepStart: 4,
  keepEnd: 32,
  interpolation: 'slerp',
  positions: 'midpoint',
  ratio: 1,
  threshold: -1,
  stream: 'off',
  chunk: 32,
};
