import {
  DEFAULT_PROTECTION,
  GeodesicError,
  PASSAGE_REACH,
  PROBED_PROTECTION,
  type ProtectedClass,
  protectsSurprise,
  protectsTokens,
  type ResolvedMergeOptions,
  resolveMergeOptions,
  type SlerpMergeOptions,
} from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import type { SurpriseProbes } from '../surprise-probes/surprise-probes.js';
import { TokenProtection } from './token-protection.js';

/**
 * The merges of a session: what they are not told of protection is by default, where there is a tokenizer to know tokens by, and what
 * counts as surprising is what the probe of their layer says.
 *
 * @throws GeodesicError `merge.option`
 */
export function withProtection(
  merges: readonly SlerpMergeOptions[],
  tokenizer: Tokenizer | undefined,
  probes: SurpriseProbes,
): readonly SlerpMergeOptions[] {
  return merges.map((merge, i) => {
    const { afterLayer } = resolveMergeOptions(merge);
    const protect = merge.protect ?? defaultProtection(merge, tokenizer, i === 0 ? probes : new Map());
    const surprise = merge.surprise ?? probes.get(afterLayer)?.threshold;
    return { ...merge, ...(protect && { protect }), ...(surprise !== undefined && { surprise }) };
  });
}

/**
 * What a session's first merge leaves alone where it is not told: undefined, nothing, without a tokenizer and for the article's code.
 *
 * @throws GeodesicError `merge.option`
 */
export function defaultProtection(
  merge: SlerpMergeOptions,
  tokenizer: Tokenizer | undefined,
  probes: SurpriseProbes,
): readonly ProtectedClass[] | undefined {
  const resolved = resolveMergeOptions(merge);
  if (tokenizer === undefined || resolved.interpolation === 'reference') return undefined;
  const canJudge = probes.has(resolved.afterLayer) && seesPassages(resolved);
  return canJudge ? PROBED_PROTECTION : DEFAULT_PROTECTION;
}

/** Whether a merge sees enough behind each token to judge what surprises. */
function seesPassages({ stream, keepEnd }: ResolvedMergeOptions): boolean {
  return stream === 'off' || keepEnd >= PASSAGE_REACH;
}

/**
 * What each merge leaves alone, by its layer; nothing for merges that protect nothing.
 *
 * @throws GeodesicError `merge.option` where tokens shall be protected that no tokenizer knows
 */
export function protectionsOf(
  merges: readonly SlerpMergeOptions[],
  tokenizer: Tokenizer | undefined,
): ReadonlyMap<number, TokenProtection> {
  const protections = new Map<number, TokenProtection>();
  for (const merge of merges) {
    const { afterLayer, protect } = resolveMergeOptions(merge);
    if (!protectsTokens(protect)) continue;
    if (tokenizer === undefined) {
      throw new GeodesicError(
        'merge.option',
        'slerpMerge: protect needs a tokenizer, which the model was loaded without: load it with one, or protect nothing',
      );
    }
    protections.set(afterLayer, new TokenProtection(tokenizer, protect));
  }
  return protections;
}

/** The merge that leaves alone what surprises, if one does. */
export function surpriseMerge(merges: readonly SlerpMergeOptions[]): ResolvedMergeOptions | undefined {
  return merges.map(resolveMergeOptions).find(({ protect }) => protectsSurprise(protect));
}
