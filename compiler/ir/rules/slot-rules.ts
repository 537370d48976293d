import { oneOf, wholeNumbers } from '../attribute-checks.js';
import { at, expect, floating, mergedAxes, operand, rank, sameAxis, tokenStream } from '../axis-checks.js';
import { symbolicDim } from '../dim.js';
import { candidateDomain, sourceDomain } from '../domain.js';
import { INTERPOLATIONS, MERGE_GROUPS, type OpAttributes, POSITION_STRATEGIES } from '../ops.js';
import { type Axis, axis, type TensorType, tensorType, tokenAxis } from '../tensor-type.js';
import type { TypeRules } from '../type-rule.js';

/** Rules of merges: of their plans, and of what is made of tokens and their streams by them. */
export const slotRules = {
  mergePlan([extents, sizes, protection], { domain, symbol, group = 2, pairing, ...counts }) {
    oneOf('group', group, MERGE_GROUPS);
    oneOf('pairing', pairing, ['consecutive', 'reference']);
    const { keepStart, keepEnd, minLength, keepEndThreshold, leastRegion = 0 } = counts;
    wholeNumbers({ keepStart, keepEnd, minLength, keepEndThreshold, leastRegion });
    const stream = tokenStream(extents, sizes, 'merged');
    if (protection !== undefined) checkFlags(protection, sizes, stream);
    expect(stream.domain === sourceDomain(domain), `can't merge domain '${stream.domain}' into '${domain}'`);
    const slots = tokenAxis(symbolicDim(symbol), domain);
    return tensorType('i32', [at(operand(sizes, 'sizes'), 0), slots, group + 1]);
  },

  surprisingTokens([sizes, protection, surprise]) {
    const rows = at(rank(operand(sizes, 'sizes'), 2, 'sizes'), 0);
    const tokens = at(operand(sizes, 'sizes'), 1);
    const flags = operand(protection, 'protection');
    checkFlags(flags, sizes, tokens);
    const measured = rank(floating(operand(surprise, 'surprise')), 3, 'surprise');
    sameAxis(rows, at(measured, 0), 'the rows of sizes and surprise');
    sameAxis(tokens, at(measured, 1), 'the tokens of sizes and surprise');
    return flags;
  },

  mergeChoice([candidates, statistics], { domain, symbol, ratio, threshold, normFactor }) {
    expect(ratio > 0 && ratio <= 1, `needs a ratio above 0 and at most 1, not ${ratio}`);
    expect(threshold >= -1 && threshold <= 1, `needs a threshold from -1 to 1, not ${threshold}`);
    expect(normFactor === null || normFactor > 0, `needs a positive normFactor, or null, not ${normFactor}`);
    const plan = rank(operand(candidates, 'candidates'), 3, 'candidates');
    const measured = rank(floating(operand(statistics, 'statistics')), 3, 'statistics');
    expect(
      at(plan, 1).domain === candidateDomain(domain),
      `can't choose slots of '${domain}' from '${at(plan, 1).domain}'`,
    );
    sameAxis(at(plan, 0), at(measured, 0), 'the rows of candidates and statistics');
    sameAxis(at(plan, 1), at(measured, 1), 'the slots of candidates and statistics');
    return tensorType('i32', [at(plan, 0), tokenAxis(symbolicDim(symbol), domain), at(plan, 2)]);
  },

  eviction([merging, keyNorms], { domain, symbol, policy }) {
    const plan = rank(operand(merging, 'plan'), 3, 'plan');
    expect(
      at(plan, 1).domain === candidateDomain(domain),
      `can't evict tokens of '${domain}' by a plan of '${at(plan, 1).domain}'`,
    );
    expect(
      (keyNorms !== undefined) === (policy === 'key-norm'),
      `'${policy}' and key norms don't go together`,
    );
    if (keyNorms !== undefined) {
      const norms = rank(floating(keyNorms), 3, 'key norms');
      sameAxis(at(plan, 0), at(norms, 0), 'the rows of plan and key norms');
      expect(
        at(norms, 1).domain === sourceDomain(domain),
        `the norms of '${at(norms, 1).domain}' are not those of the tokens of '${domain}'`,
      );
    }
    return tensorType('i32', [at(plan, 0), tokenAxis(symbolicDim(symbol), domain), at(plan, 2)]);
  },

  mergeTail([extents, sizes, plan, protection], { domain, symbol, keepStart }) {
    wholeNumbers({ keepStart });
    const stream = tokenStream(extents, sizes, 'merged');
    const slots = rank(operand(plan, 'plan'), 3, 'plan');
    expect(
      sourceDomain(at(slots, 1).domain ?? '') === stream.domain,
      `the plan of '${at(slots, 1).domain}' merges no tokens of '${stream.domain}'`,
    );
    expect(stream.domain === sourceDomain(domain), `'${domain}' is no tail of '${stream.domain}'`);
    if (protection !== undefined) checkFlags(protection, sizes, stream);
    return tensorType('i32', [at(slots, 0), tokenAxis(symbolicDim(symbol), domain), 3]);
  },

  settledSlots: cachedSlots,
  tailSlots: cachedSlots,

  tokenMerge([x, plan], { interpolation }) {
    oneOf('interpolation', interpolation, INTERPOLATIONS);
    return mergedAxes(floating(operand(x, 'x')), plan);
  },
  mergeStatistics: ([x, plan]) => {
    const merged = mergedAxes(floating(operand(x, 'x')), plan);
    return { dtype: 'f32', axes: [...merged.axes.slice(0, 2), axis(2)] };
  },
  mergedExtents: ([extents, plan]) => mergedAxes(operand(extents, 'extents'), plan),
  mergedSizes: ([sizes, plan]) => mergedAxes(operand(sizes, 'sizes'), plan),
  mergedProtection: ([protection, plan]) => mergedAxes(operand(protection, 'protection'), plan),

  mergedPositions([positionIds, plan, extents, sizes], { strategy }) {
    oneOf('strategy', strategy, POSITION_STRATEGIES);
    const slots = tokenStream(extents, sizes, 'merged');
    const merged = mergedAxes(rank(floating(operand(positionIds, 'positionIds')), 2, 'positionIds'), plan);
    sameAxis(at(merged, 1), slots, 'the slots of plan and extents');
    return merged;
  },

  enterDomain([x], { domain }) {
    const type = operand(x, 'x');
    expect(
      type.axes.filter((entry) => entry.domain !== undefined).length === 1,
      'needs exactly one token axis',
    );
    return {
      dtype: type.dtype,
      axes: type.axes.map((entry) => (entry.domain === undefined ? entry : tokenAxis(entry.size, domain))),
    };
  },

  targets([extents, sizes]) {
    tokenStream(extents, sizes, 'target');
    return { dtype: 'i32', axes: operand(sizes, 'sizes').axes };
  },
} satisfies Partial<TypeRules>;

/** A plan that takes slots out of a cache. */
function cachedSlots(
  [cachedSizes, tailSizes]: readonly TensorType[],
  { domain, symbol }: OpAttributes['settledSlots'],
): TensorType {
  const cached = rank(operand(cachedSizes, 'cached sizes'), 2, 'cached sizes');
  const tail = rank(operand(tailSizes, 'tail sizes'), 2, 'tail sizes');
  sameAxis(at(cached, 0), at(tail, 0), 'the rows of cache and tail');
  const source = at(cached, 1).domain;
  expect(source === sourceDomain(domain), `can't take slots of '${domain}' from '${source}'`);
  return tensorType('i32', [at(cached, 0), tokenAxis(symbolicDim(symbol), domain), 3]);
}

/** Checks the flags of a merge's tokens, i32 [B, N]. */
function checkFlags(protection: TensorType, sizes: TensorType | undefined, stream: Axis): void {
  const flags = rank(protection, 2, 'protection');
  expect(flags.dtype === 'i32', 'needs i32 protection');
  sameAxis(at(flags, 0), at(operand(sizes, 'sizes'), 0), 'the rows of sizes and protection');
  sameAxis(at(flags, 1), stream, 'the tokens of sizes and protection');
}
