import { GeodesicError, type SlerpMergeOptions } from '@geodesic/compiler';
import { givenOptions } from './given-options.js';
import { mergeDefaults } from './merge-choices.js';
import type { MergeOptions } from './merge-options.js';

/** Merge options by the options of the command line that set them. */
const NAMES = {
  mergeGroup: 'group',
  keepStart: 'keepStart',
  keepEnd: 'keepEnd',
  interpolation: 'interpolation',
  positions: 'positions',
  proportionalAttention: 'proportionalAttention',
  mergeProtect: 'protect',
  mergeSurprise: 'surprise',
  mergeRatio: 'ratio',
  mergeThreshold: 'threshold',
  mergeStream: 'stream',
  mergeChunk: 'chunk',
} as const satisfies Record<
  Exclude<keyof MergeOptions, 'mergeAfter' | 'mergeBudget'>,
  keyof SlerpMergeOptions
>;

/** What the article's code knows of them. */
const OF_REFERENCE: readonly string[] = ['keepStart', 'keepEnd', 'interpolation'];

/**
 * The merge that a command line asks for, if it names a layer. It loads the compiler, which the options themselves don't: help has them too.
 *
 * @throws GeodesicError `cli.option` for merge options that would be ignored silently: without `--merge-after`, where
 *   `--interpolation reference` has its own, or of generated tokens where these are not merged
 */
export function mergeFromOptions(options: MergeOptions): SlerpMergeOptions | undefined {
  const { mergeAfter, interpolation } = options;
  const named = Object.keys(NAMES) as (keyof typeof NAMES)[];
  const rest = Object.fromEntries(named.map((name) => [name, options[name]]));
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (mergeAfter === undefined) {
    if (given.length === 0) return undefined;
    throw new GeodesicError(
      'cli.option',
      `${givenOptions(rest).join(', ')} needs --merge-after <layer>: without it nothing is merged`,
    );
  }
  const fixed = given.filter(([name]) => !OF_REFERENCE.includes(name));
  if (interpolation === 'reference' && fixed.length > 0) {
    throw new GeodesicError(
      'cli.option',
      `${givenOptions(Object.fromEntries(fixed)).join(', ')} can't go with --interpolation reference, which fixes them: leave out one or the other`,
    );
  }
  if (options.mergeChunk !== undefined && (options.mergeStream ?? mergeDefaults.stream) === 'off') {
    throw new GeodesicError(
      'cli.option',
      '--merge-chunk needs --merge-stream exact or kv: without it no generated tokens are merged',
    );
  }
  const renamed = given.map(([name, value]) => [NAMES[name as keyof typeof NAMES], value] as const);
  return { afterLayer: mergeAfter, ...(Object.fromEntries(renamed) as Partial<SlerpMergeOptions>) };
}
