import type { SlerpMergeOptions } from './options.js';

type MergeOption = keyof SlerpMergeOptions;

/**
 * What an option decides on: which tokens become one slot and behind which layer, what becomes of the tokens of a slot, or how merging
 * goes on while tokens are generated; or it belongs to what is done in merging's place, the article's code or evicting.
 */
export type MergeOptionRole = 'slots' | 'combination' | 'streaming' | 'reference' | 'eviction';

const ROLES = {
  afterLayer: 'slots',
  group: 'slots',
  keepStart: 'slots',
  keepEnd: 'slots',
  minLength: 'slots',
  interpolation: 'combination',
  positions: 'combination',
  proportionalAttention: 'combination',
  keepEndThreshold: 'reference',
  protect: 'slots',
  surprise: 'slots',
  ratio: 'slots',
  threshold: 'slots',
  stream: 'streaming',
  chunk: 'streaming',
  evict: 'eviction',
} as const satisfies Record<MergeOption, MergeOptionRole>;

/** The name of every merge option. */
export const MERGE_OPTIONS = Object.keys(ROLES) as readonly MergeOption[];

/** The names of the options of these roles. */
export function mergeOptionsOf(...roles: readonly MergeOptionRole[]): readonly MergeOption[] {
  return MERGE_OPTIONS.filter((option) => roles.includes(ROLES[option]));
}
