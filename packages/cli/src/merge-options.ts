import { GeodesicError, type SlerpMergeOptions } from '@geodesic/compiler';
import type { MergeOptions } from './options.js';

/**
 * The merge that a command line asks for, if it names a layer.
 *
 * @throws GeodesicError `cli.option` for merge options without `--merge-after`, which would be ignored silently
 */
export function mergeFromOptions(options: MergeOptions): SlerpMergeOptions | undefined {
  const { mergeAfter, keepStart, keepEnd, interpolation, positions, proportionalAttention } = options;
  const rest = { keepStart, keepEnd, interpolation, positions, proportionalAttention };
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (mergeAfter !== undefined)
    return { afterLayer: mergeAfter, ...(Object.fromEntries(given) as Partial<SlerpMergeOptions>) };
  if (given.length === 0) return undefined;
  const names = given.map(([name, value]) => `--${value === false ? 'no-' : ''}${inKebabCase(name)}`);
  throw new GeodesicError(
    'cli.option',
    `${names.join(', ')} needs --merge-after <layer>: without it nothing is merged`,
  );
}

function inKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
