import { GeodesicError, resolveMergeOptions, type SlerpMergeOptions } from '@geodesic/compiler';

/**
 * Refuses merges that are not known before the device has computed anything, or go on afterwards.
 *
 * @throws GeodesicError `emit.unsupported` naming the option and what to do; `merge.option`
 */
export function checkEmittable(merge: SlerpMergeOptions): void {
  const { ratio, threshold, stream, evict } = resolveMergeOptions(merge);
  const { protect } = merge;
  if (ratio < 1) throw refusal(`ratio ${ratio}`, READS_BACK);
  if (threshold > -1) throw refusal(`threshold ${threshold}`, READS_BACK);
  if (stream !== 'off') throw refusal(`stream '${stream}'`, 'merges go on by a third graph');
  if (evict !== 'off') throw refusal(`evict '${evict}'`, 'it is there to compare merging with');
  if (protect === undefined || (Array.isArray(protect) && protect.length === 0)) return;
  const what = typeof protect === 'function' ? 'a predicate' : `'${protect.join(', ')}'`;
  throw refusal(
    `protect ${what}`,
    'which tokens it means depends on the tokenizer or on states',
    'leave it out, and give prefill a flag for each token',
  );
}

const READS_BACK = 'which groups it takes depends on states that have to be read back';

function refusal(
  option: string,
  reason: string,
  remedy = 'leave it out, or run the model in a session',
): GeodesicError {
  return new GeodesicError(
    'emit.unsupported',
    `a merge with ${option} can't be compiled ahead of time, since ${reason}: ${remedy}`,
  );
}

/** The same merge, with an input that says which tokens stay alone, unless it is told that none do or knows no protection. */
export function withProtectionInput(merge: SlerpMergeOptions): SlerpMergeOptions {
  const takesNone = merge.protect !== undefined || merge.interpolation === 'reference';
  return takesNone ? merge : { ...merge, protect: () => false };
}
