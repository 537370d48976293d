import { GeodesicError, type SlerpMergeOptions } from '@geodesic/compiler';
import { givenOptions, type MergeOptions } from './options.js';

/**
 * The merge that a command line asks for, if it names a layer.
 *
 * @throws GeodesicError `cli.option` for merge options that would be ignored silently: without `--merge-after`, or where
 *   `--interpolation reference` has its own
 */
export function mergeFromOptions(options: MergeOptions): SlerpMergeOptions | undefined {
  const { mergeAfter, keepStart, keepEnd, interpolation, positions, proportionalAttention } = options;
  const { mergeProtect } = options;
  const rest = { keepStart, keepEnd, interpolation, positions, proportionalAttention, mergeProtect };
  if (mergeAfter === undefined) {
    const given = givenOptions(rest);
    if (given.length === 0) return undefined;
    throw new GeodesicError(
      'cli.option',
      `${given.join(', ')} needs --merge-after <layer>: without it nothing is merged`,
    );
  }
  const fixed = givenOptions({ positions, proportionalAttention, mergeProtect });
  if (interpolation === 'reference' && fixed.length > 0) {
    throw new GeodesicError(
      'cli.option',
      `${fixed.join(', ')} can't go with --interpolation reference, which fixes both: leave out one or the other`,
    );
  }
  const { mergeProtect: protect, ...named } = rest;
  const given = Object.entries({ ...named, protect }).filter(([, value]) => value !== undefined);
  return { afterLayer: mergeAfter, ...(Object.fromEntries(given) as Partial<SlerpMergeOptions>) };
}
