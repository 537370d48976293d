import type { SlerpMergeOptions } from '@geodesic/compiler';

/** Merges as the oracle does them: it protects no tokens, as sessions of models with a tokenizer do by default. */
export function unprotected(merges: readonly SlerpMergeOptions[]): SlerpMergeOptions[] {
  return merges.map((merge) => ({ ...merge, protect: [] }));
}
