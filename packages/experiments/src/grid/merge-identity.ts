import { DEFAULT_MERGE, mergeOptionsOf, mergesOf, type SlerpMergeOptions } from '@geodesic/compiler';
import type { Variant } from './cell.js';

const OPTIONS = mergeOptionsOf('slots', 'combination', 'streaming', 'reference', 'eviction');
/** Those of `protect` and `surprise` are the session's, which has others where it has a probe. */
const DEFAULTS: Partial<Record<keyof SlerpMergeOptions, unknown>> = {
  ...DEFAULT_MERGE,
  protect: undefined,
  surprise: undefined,
};

/** The same text for merges that do the same, in whatever order and with whatever defaults their options are written. */
export function mergeIdentity(merge: NonNullable<Variant['merge']>): string {
  return JSON.stringify(
    mergesOf(merge).map((one) => OPTIONS.map((option) => one[option] ?? DEFAULTS[option] ?? null)),
  );
}
