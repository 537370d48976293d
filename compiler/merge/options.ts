import { GeodesicError } from '../error.js';
import { EVICTION_POLICIES } from '../host/slots/eviction.js';
import { PASSAGE_REACH } from '../host/slots/passages.js';
import {
  type EvictionPolicy,
  INTERPOLATIONS,
  type Interpolation,
  MERGE_GROUPS,
  type MergeGroup,
  POSITION_STRATEGIES,
  type PositionStrategy,
} from '../ir/ops.js';
import { written } from '../written.js';
import { MERGE_OPTIONS, mergeOptionsOf } from './option-roles.js';
import { checkProtection, type Protection, protectsSurprise } from './protection.js';

/** What `slerpMerge` can be told; the defaults are those of `DEFAULT_MERGE`. */
export interface SlerpMergeOptions {
  /** 0-based: the merge works on the output of this layer. */
  readonly afterLayer: number;
  /**
   * How many consecutive tokens become one: 2, 3 or 4. The n states aᵢ of a group get the same weight w, so that each token counts the
   * same, in whatever order they come: `slerp` is w · Σ aᵢ with w = 1 / |Σ aᵢ/|aᵢ|| = 1 / √(n (1 + (n − 1) c̄)), where c̄ is the mean
   * cosine of the group's pairs. For n = 2 that is SLERP at t = ½; of states of length 1 it is the point of the sphere that their mean
   * points to. Where c̄ is above 0.9995 or 1 + (n − 1) c̄ below 0.0005 (the directions cancel), w = 1/n. `mean` has w = 1/n,
   * `norm-preserving` gives the mean the largest of the norms, `drop` keeps the last token. Tokens that are too few for a whole group,
   * before a protected one or at the region's end, stay alone.
   */
  readonly group?: MergeGroup;
  /** Tokens at the start of each row that are never merged. */
  readonly keepStart?: number;
  /** Tokens at the end of each row that are never merged. */
  readonly keepEnd?: number;
  /** Rows with fewer tokens are left alone. */
  readonly minLength?: number;
  readonly interpolation?: Interpolation;
  readonly positions?: PositionStrategy;
  /**
   * Adds log(size) to the attention logits of merged keys (Token Merging, Bolya et al., 2023). Off by default: nothing that was
   * measured gains by it (docs/results.md).
   */
  readonly proportionalAttention?: boolean;
  /** `reference` only: the end is kept only where more than this many tokens remain behind the start. Default: keepEnd. */
  readonly keepEndThreshold?: number;
  /**
   * Tokens that are never merged: no group has one of them. Default: none, and in a session of a model with a tokenizer
   * `PROBED_PROTECTION` where the model has a probe of the layer, else `DEFAULT_PROTECTION`.
   */
  readonly protect?: Protection;
  /** With `protect: ['surprising']`: the mean surprise, in nats, of a token and two on either side above which it marks a passage that stays alone; of a digit, a third of that is enough. */
  readonly surprise?: number;
  /** Share of the groups that are merged, above 0 and at most 1: those whose states are the most similar, by their (mean) cosine. */
  readonly ratio?: number;
  /** The least cosine of the states of a pair that is merged, −1 to 1; of a larger group the mean cosine of its pairs. */
  readonly threshold?: number;
  /**
   * Whether generated tokens are merged too. `exact`: whenever `chunk` tokens stand between the merged ones and the kept end, they are
   * merged from their states at the merge's layer, and the later layers computed anew from there on: the caches are then those that a
   * prefill of the whole row makes. `kv`: their cached keys and values are merged in place, in the layers behind the merge, and nothing is
   * computed anew: as many slots for much less work, but not what a prefill makes. `off`: they stay as they are.
   */
  readonly stream?: MergeStream;
  /** Where generated tokens are merged: how many are merged at once, at least `group`. */
  readonly chunk?: number;
  /**
   * What to compare merging with: instead of merging, tokens are evicted until as many are left as the merge would leave slots. The
   * others keep their states and positions.
   */
  readonly evict?: EvictionPolicy | 'off';
}

/** How merging goes on while tokens are generated. */
export type MergeStream = 'off' | 'exact' | 'kv';
export const MERGE_STREAMS = ['off', 'exact', 'kv'] as const satisfies MergeStream[];

/** Options of a merge with every default filled in. */
export type ResolvedMergeOptions = Required<SlerpMergeOptions>;

/** The layer, 0-based, that a merge is put behind where nobody says which: the one in the middle. */
export function middleLayer(layers: number): number {
  return Math.floor(layers / 2);
}

/** What `slerpMerge` does where it is not told otherwise. */
export const DEFAULT_MERGE = {
  group: 2,
  keepStart: 4,
  keepEnd: 32,
  minLength: 4,
  interpolation: 'slerp',
  positions: 'midpoint',
  proportionalAttention: false,
  protect: [],
  surprise: 6.3,
  ratio: 1,
  threshold: -1,
  stream: 'off',
  chunk: 32,
  evict: 'off',
} as const satisfies Partial<SlerpMergeOptions>;

/**
 * Fills in the defaults and checks every option. The mode `reference` is the article's code, which knows neither
 * proportional attention nor other positions than 0, 1, 2, …: it fixes both. It protects nothing and merges all its pairs.
 *
 * @throws GeodesicError `merge.option` naming the option, its value and what it may be
 */
export function resolveMergeOptions(options: SlerpMergeOptions): ResolvedMergeOptions {
  checkKeys(options);
  const given = { ...DEFAULT_MERGE, ...definedOnly(options) };
  const resolved = { keepEndThreshold: given.keepEnd, ...given };
  for (const key of ['afterLayer', 'keepStart', 'keepEnd', 'minLength', 'keepEndThreshold'] as const) {
    const value = resolved[key];
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new GeodesicError(
        'merge.option',
        `slerpMerge: ${key} must be a whole number of at least 0, not ${written(value)}`,
      );
    }
  }
  if (typeof resolved.proportionalAttention !== 'boolean') {
    throw new GeodesicError('merge.option', 'slerpMerge: proportionalAttention must be true or false');
  }
  checkGroup(resolved);
  oneOf('interpolation', resolved.interpolation, INTERPOLATIONS);
  oneOf('positions', resolved.positions, POSITION_STRATEGIES);
  checkProtection(resolved.protect);
  checkChoice(resolved);
  oneOf('stream', resolved.stream, MERGE_STREAMS);
  checkStream(resolved);
  oneOf('evict', resolved.evict, ['off', ...EVICTION_POLICIES]);
  checkEvictionAlone(options);
  if (resolved.interpolation === 'reference') {
    return { ...resolved, positions: 'compact', proportionalAttention: false };
  }
  return resolved;
}

/** Refuses what would be ignored: a misspelt option, or one that the chosen interpolation does not know. */
function checkKeys(options: SlerpMergeOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new GeodesicError('merge.option', 'slerpMerge: options must be an object with at least afterLayer');
  }
  const unknown = Object.keys(definedOnly(options)).filter(
    (key) => !(MERGE_OPTIONS as readonly string[]).includes(key),
  );
  if (unknown.length > 0) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: there is no option ${unknown.join(', ')}; there are ${MERGE_OPTIONS.join(', ')}`,
    );
  }
  if (options.keepEndThreshold !== undefined && options.interpolation !== 'reference') {
    throw new GeodesicError(
      'merge.option',
      "slerpMerge: keepEndThreshold belongs to the interpolation 'reference'",
    );
  }
}

/** @throws GeodesicError `merge.option` for a share, a cosine or a surprise that there can't be, and for a choice that the article's code lacks */
function checkChoice({ interpolation, protect, surprise, ratio, threshold }: ResolvedMergeOptions): void {
  if (!(typeof ratio === 'number' && ratio > 0 && ratio <= 1)) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: ratio must be above 0 and at most 1, not ${written(ratio)}`,
    );
  }
  if (!(typeof threshold === 'number' && threshold >= -1 && threshold <= 1)) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: threshold must be from -1 to 1, not ${written(threshold)}`,
    );
  }
  if (!(typeof surprise === 'number' && surprise >= 0)) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: surprise must be at least 0 nats, not ${written(surprise)}`,
    );
  }
  const chooses = typeof protect === 'function' || protect.length > 0 || ratio < 1 || threshold > -1;
  if (interpolation === 'reference' && chooses) {
    throw new GeodesicError(
      'merge.option',
      "slerpMerge: the interpolation 'reference' merges all its pairs: it goes with no protect, ratio or threshold",
    );
  }
}

/** @throws GeodesicError `merge.option` for groups that there are not, and for others than pairs in the article's code */
function checkGroup({ group, interpolation }: ResolvedMergeOptions): void {
  if (!MERGE_GROUPS.includes(group)) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: group must be one of ${MERGE_GROUPS.join(', ')}, not ${written(group)}`,
    );
  }
  if (interpolation === 'reference' && group !== 2) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: the interpolation 'reference' merges pairs: it can't go with group ${group}`,
    );
  }
}

/** @throws GeodesicError `merge.option` for a chunk that is no group, and where pairs shift when a row grows */
function checkStream({
  chunk,
  group,
  stream,
  interpolation,
  positions,
  protect,
  keepEnd,
}: ResolvedMergeOptions): void {
  if (!Number.isSafeInteger(chunk) || chunk < group) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: chunk must be a whole number of at least ${group}, not ${written(chunk)}`,
    );
  }
  if (stream !== 'off' && interpolation === 'reference') {
    throw new GeodesicError(
      'merge.option',
      "slerpMerge: the interpolation 'reference' can't go with stream: its pairs shift when a row grows",
    );
  }
  if (stream !== 'off' && positions === 'compact') {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: positions 'compact' can't go with stream '${stream}', which sees the tokens that it merges and not how many come before`,
    );
  }
  if (stream !== 'off' && protectsSurprise(protect) && keepEnd < PASSAGE_REACH) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: protect 'surprising' looks at ${PASSAGE_REACH} tokens behind each: with stream, keepEnd must be at least that, not ${keepEnd}`,
    );
  }
  if (stream === 'kv' && group !== 2) {
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: stream 'kv' merges the cached keys of pairs: it can't go with group ${group}`,
    );
  }
}

/** @throws GeodesicError `merge.option` for what has no meaning where nothing is merged */
function checkEvictionAlone(options: SlerpMergeOptions): void {
  if ((options.evict ?? 'off') === 'off') return;
  const needless = mergeOptionsOf('combination', 'streaming').find((key) => options[key] !== undefined);
  if (needless === undefined) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: evict merges nothing, so that it can't go with ${needless}`,
  );
}

function oneOf(key: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new GeodesicError(
    'merge.option',
    `slerpMerge: ${key} must be one of ${allowed.join(', ')}, not '${value}'`,
  );
}

function definedOnly(options: SlerpMergeOptions): SlerpMergeOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as SlerpMergeOptions;
}
