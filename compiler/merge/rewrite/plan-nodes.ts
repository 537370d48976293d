import { GeodesicError } from '../../error.js';
import { candidateDomain, domainSymbol } from '../../ir/domain.js';
import { findNode, type ValueId } from '../../ir/graph.js';
import type { MergePlanAttributes } from '../../ir/ops.js';
import { NORM_FACTOR, protectsNorms } from '../protection.js';
import type { MergeSite } from './merge-site.js';

/** Where slots live, and the symbol of their number. */
type Slots = Pick<MergePlanAttributes, 'domain' | 'symbol'>;

/** Which tokens make which slot, and the plan of all pairs, of which the first makes those that their states are similar enough for. */
export interface PlanNodes {
  readonly plan: ValueId;
  readonly candidates: ValueId;
}

/**
 * Adds the plan of a merge, or of an eviction in its place.
 *
 * @param streams the tokens' extents and sizes, and which of them are protected if any
 */
export function addPlan(site: MergeSite, streams: readonly ValueId[], states: ValueId): PlanNodes {
  const { domain, options } = site;
  const slots = { domain, symbol: domainSymbol('added', domain) };
  const { evict: policy, keepStart } = options;
  if (policy === 'off') return addMergingPlan(site, streams, states, slots);
  const merging = addMergingPlan(site, streams, states, candidatesFor(domain));
  const norms = policy === 'key-norm' ? [addKeyNorms(site)] : [];
  const attributes = { policy, keepStart, ...slots };
  const plan = site.add('eviction', [merging.plan, ...norms], attributes, `${domain}.plan`);
  return { plan, candidates: merging.candidates };
}

function addMergingPlan(
  site: MergeSite,
  streams: readonly ValueId[],
  states: ValueId,
  slots: Slots,
): PlanNodes {
  const { domain } = slots;
  const { protect, ratio, threshold } = site.options;
  const normFactor = protectsNorms(protect) ? NORM_FACTOR : null;
  if (ratio === 1 && threshold === -1 && normFactor === null) {
    const plan = site.add('mergePlan', streams, { ...pairing(site), ...slots }, `${domain}.plan`);
    return { plan, candidates: plan };
  }
  const attributes = { ...pairing(site), ...candidatesFor(domain) };
  const candidates = site.add('mergePlan', streams, attributes, `${domain}.candidates`);
  const statistics = site.add('mergeStatistics', [states, candidates], {}, `${domain}.similarity`);
  const choice = { ratio, threshold, normFactor, ...slots };
  const plan = site.add('mergeChoice', [candidates, statistics], choice, `${domain}.plan`);
  return { plan, candidates };
}

function pairing({ options, phase }: MergeSite): Omit<MergePlanAttributes, 'domain' | 'symbol'> {
  const { group, keepStart, keepEnd, minLength, keepEndThreshold, interpolation } = options;
  return {
    ...(group === 2 ? {} : { group }),
    keepStart,
    keepEnd,
    minLength,
    pairing: interpolation === 'reference' ? 'reference' : 'consecutive',
    keepEndThreshold,
    ...(phase === 'remerge' ? { leastRegion: options.chunk } : {}),
  };
}

/** Where the slots of a plan live that some of a domain's are made of. */
function candidatesFor(domain: string): Slots {
  return { domain: candidateDomain(domain), symbol: domainSymbol('candidates', domain) };
}

/** Σ k² of each token's key in the merge's layer, over all its heads: [B, N, 1]. Rotation does not change it. */
function addKeyNorms(site: MergeSite): ValueId {
  const keys = `layers.${site.options.afterLayer}.attention.keys`;
  const node = findNode(site.graph, keys);
  if (node === undefined) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: evict 'key-norm' needs a value '${keys}', which this model has not`,
    );
  }
  const name = (what: string) => `${site.domain}.${what}`;
  const rows = site.add('mergeHeads', [site.kept(node.id)], {}, name('keys'));
  const squares = site.add('mul', [rows, rows], {}, name('keySquares'));
  return site.add('sum', [squares], {}, name('keyNorms'));
}
