import {
  type Graph,
  mergedExtents,
  mergePlan,
  type OpName,
  padFlags,
  rowOfSingles,
  type SlerpMergeOptions,
  slotsOfPlan,
} from '@geodesic/compiler';
import type { Tokenizer } from '@geodesic/weights';
import { protectionsOf, withProtection } from './protection/merge-protection.js';
import type { MergedSlot } from './session/merge-trace.js';

const NOT_BY_PLAN: ReadonlySet<OpName> = new Set<OpName>(['mergeChoice', 'surprisingTokens', 'eviction']);

/** A slot of a plan: of its states nothing is known. */
export type PlannedSlot = Pick<MergedSlot, 'extent' | 'merged'>;

/**
 * Which tokens of a row the first merge of a prefill graph makes one, where that depends on the tokens alone: no model runs for it.
 *
 * @param merge the options that the graph was compiled with; what it does not name of protection is that of a model without probes
 * @returns undefined where states decide (a ratio, a threshold, `norm-outliers` or `surprising`), and where tokens are evicted instead
 * @throws GeodesicError `merge.option` where tokens shall be protected that no tokenizer knows
 */
export function plannedMerge(
  prefill: Graph,
  merge: SlerpMergeOptions,
  tokenizer: Tokenizer | undefined,
  ids: readonly number[],
): readonly PlannedSlot[] | undefined {
  const plan = prefill.nodes.find(({ op }) => op === 'mergePlan');
  const byStates = prefill.nodes.some(({ op }) => NOT_BY_PLAN.has(op));
  if (plan?.op !== 'mergePlan' || byStates) return undefined;
  const { extents, sizes } = rowOfSingles(ids.length);
  const [protection] = protectionsOf(withProtection([merge], tokenizer, new Map()), tokenizer).values();
  const flags = protection && padFlags([protection.flagsOf(ids)]);
  const slots = mergePlan(extents, sizes, plan.attributes, flags);
  const { data } = mergedExtents(extents, slots);
  return (slotsOfPlan(slots)[0] ?? []).map(({ slot, index }) => ({
    extent: [data[index * 2] as number, data[index * 2 + 1] as number],
    merged: slot.members.length > 1,
  }));
}
