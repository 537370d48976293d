import { GeodesicError, type SlerpMergeOptions } from '@geodesic/compiler';
import type { MergeBudget } from '@geodesic/experiments';
import type { LanguageModel } from '@geodesic/runtime';
import { givenOptions } from './given-options.js';
import { mergeFromOptions } from './merge-from-options.js';
import type { MergeOptions } from './merge-options.js';

/** What a merge is to be: told by the options of a command line, or to be picked when the model is loaded. */
export type RequestedMerge =
  | { readonly merge: SlerpMergeOptions | undefined }
  | { readonly budget: MergeBudget; readonly rest: Partial<SlerpMergeOptions> };

/**
 * @throws GeodesicError `merge.budget`, `cli.option` for options that the budget decides on, and as `mergeFromOptions`
 */
export async function requestedMerge(options: MergeOptions): Promise<RequestedMerge> {
  const { mergeBudget, ...others } = options;
  if (mergeBudget === undefined) return { merge: mergeFromOptions(others) };
  const { mergeAfter, keepEnd, mergeRatio, mergeThreshold } = options;
  const given = givenOptions({ mergeAfter, keepEnd, mergeRatio, mergeThreshold });
  if (given.length > 0 || options.interpolation === 'reference') {
    const what = given.length > 0 ? given.join(', ') : '--interpolation reference';
    throw new GeodesicError(
      'cli.option',
      `${what} can't go with --merge-budget, which picks them: leave out one or the other`,
    );
  }
  const { afterLayer: _, ...rest } = mergeFromOptions({ ...others, mergeAfter: 0 }) as SlerpMergeOptions;
  const { parseMergeBudget } = await import('@geodesic/experiments');
  return { budget: parseMergeBudget(mergeBudget), rest };
}

/** The merge that is known before the model is loaded. */
export function knownMerge(requested: RequestedMerge): SlerpMergeOptions | undefined {
  return 'merge' in requested ? requested.merge : undefined;
}

/**
 * The merge to run with; what a budget picked is said on stderr.
 *
 * @throws GeodesicError `merge.budget`
 */
export async function settledMerge(
  requested: RequestedMerge,
  model: LanguageModel,
): Promise<SlerpMergeOptions | undefined> {
  if ('merge' in requested) return requested.merge;
  const { pickMerge } = await import('@geodesic/experiments');
  const onCandidate = (_: unknown, index: number, count: number) =>
    process.stderr.write(`${index === 0 ? `calibrating on at most ${count} merges ` : ''}.`);
  const picked = await pickMerge(model, requested.budget, { merge: requested.rest, onCandidate }).finally(
    () => process.stderr.write('\n'),
  );
  const { afterLayer, ratio, keepEnd } = picked.merge;
  process.stderr.write(
    `picked --merge-after ${afterLayer} --merge-ratio ${ratio} --keep-end ${keepEnd}, ` +
      `KL ${picked.kl.toPrecision(3)} on calibration passages, speed ${picked.speed.toFixed(2)} and KV bytes ${picked.kv.toFixed(2)} by the cost model\n`,
  );
  return picked.merge;
}
