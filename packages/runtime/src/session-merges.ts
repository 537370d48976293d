import type { Device } from '@geodesic/backend';
import {
  DEFAULT_PROTECTION,
  GeodesicError,
  PASSAGE_REACH,
  PROBED_PROTECTION,
  protectsSurprise,
  protectsTokens,
  type ResolvedMergeOptions,
  resolveMergeOptions,
  type SlerpMergeOptions,
} from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import type { SurpriseProbes } from './language-model.js';
import { MergeTail } from './merge-tail.js';
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
    const resolved = resolveMergeOptions(merge);
    const probe = probes.get(resolved.afterLayer);
    const protectsByDefault = tokenizer !== undefined && resolved.interpolation !== 'reference';
    const canJudge = i === 0 && probe !== undefined && seesPassages(resolved);
    const byDefault = canJudge ? PROBED_PROTECTION : DEFAULT_PROTECTION;
    const protect = merge.protect ?? (protectsByDefault ? byDefault : undefined);
    const surprise = merge.surprise ?? probe?.threshold;
    return { ...merge, ...(protect && { protect }), ...(surprise !== undefined && { surprise }) };
  });
}

/** Whether a merge sees enough behind each token to judge what surprises. */
function seesPassages({ stream, keepEnd }: ResolvedMergeOptions): boolean {
  return stream === 'off' || keepEnd >= PASSAGE_REACH;
}

/** The tail of the merge that goes on while tokens are generated, if one does. */
export function streamingMerge(merges: readonly SlerpMergeOptions[], device: Device): MergeTail | undefined {
  const streaming = merges.map(resolveMergeOptions).find(({ stream }) => stream !== 'off');
  return streaming && new MergeTail(streaming, device);
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
