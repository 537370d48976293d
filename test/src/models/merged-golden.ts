import type { SlerpMergeOptions } from '@geodesic/compiler';
import { type Golden, readGolden } from '../read-golden.js';

/** A merge by the names of the manifest; `reference` has the article's own name for one of the options. */
type GoldenMerge = SlerpMergeOptions & { readonly maxTokensBeforeKeepingEnd?: number };

/** The slots behind one merge. */
export interface GoldenTrace {
  readonly afterLayer: number;
  readonly k: number;
  readonly extents: readonly (readonly [number, number])[];
  readonly sizes: readonly number[];
  readonly positions: readonly number[];
  readonly targets: readonly number[];
}

export interface MergedCase {
  readonly name: string;
  readonly tokens: readonly number[];
  readonly merges: readonly SlerpMergeOptions[];
  readonly k: number;
  readonly trace: readonly GoldenTrace[];
  /** Row of the tensor `last`. */
  readonly last: number;
  /** Names of tensors: all logits, and the states behind each merge. */
  readonly logits?: string;
  readonly merged?: readonly string[];
  /** Tokens that follow the prefill one by one, and the tensor of the logits after each. */
  readonly appended: readonly number[];
  readonly decoded?: string;
  /**
   * Where RoPE's frequencies change with the length: each token as the last of a full pass, while `decoded` is one full pass over
   * all of them.
   */
  readonly decodedOneByOne?: string;
}

export interface MergedGolden extends Golden<unknown> {
  readonly cases: readonly MergedCase[];
  /** Names of cases: the rows of one run of a padded batch. */
  readonly groups: readonly (readonly string[])[];
}

interface Manifest {
  readonly tokens: readonly number[];
  readonly cases: readonly (Omit<MergedCase, 'tokens' | 'merges' | 'appended'> & {
    readonly length: number;
    readonly tokens?: readonly number[];
    readonly merges: readonly GoldenMerge[];
    readonly appended?: number;
  })[];
  readonly batch?: { readonly groups: readonly (readonly string[])[] };
}

/** Reads `<model>/merged`, with each case's tokens and options filled in. */
export async function readMergedGolden(model: string): Promise<MergedGolden> {
  const golden = await readGolden<Manifest>(`${model}/merged`);
  const { tokens, cases, batch } = golden.manifest;
  return {
    ...golden,
    groups: batch?.groups ?? [],
    cases: cases.map(({ length, appended = 0, ...rest }) => ({
      ...rest,
      tokens: rest.tokens ?? tokens.slice(0, length),
      merges: rest.merges.map(mergeOptions),
      appended: tokens.slice(length, length + appended),
    })),
  };
}

function mergeOptions({ maxTokensBeforeKeepingEnd, ...merge }: GoldenMerge): SlerpMergeOptions {
  return maxTokensBeforeKeepingEnd === undefined
    ? merge
    : { ...merge, keepEndThreshold: maxTokensBeforeKeepingEnd };
}
