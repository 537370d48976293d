import { GeodesicError } from '../error.js';
import type { SlerpMergeOptions } from './options.js';

/** A value for all of several merges, or one for each. */
type ForEach<T> = T | readonly T[];

/** Options of several merges as one record: `afterLayer` lists the layers, the others are the same for all or listed too. */
export type ListedMergeOptions = {
  readonly afterLayer: readonly number[];
} & {
  readonly [K in Exclude<keyof SlerpMergeOptions, 'afterLayer' | 'protect'>]?: ForEach<
    NonNullable<SlerpMergeOptions[K]>
  >;
} & Pick<SlerpMergeOptions, 'protect'>;

/** Merges as a user may write them: one, several, or several as one record of lists. */
export type MergeSpecification = SlerpMergeOptions | ListedMergeOptions | readonly SlerpMergeOptions[];

/**
 * The merges of a specification, each with its own options. `protect` is one list for all merges.
 *
 * @throws GeodesicError `merge.option` for a list of no layers, and for one that has not one entry for each layer
 */
export function mergesOf(specification: MergeSpecification): readonly SlerpMergeOptions[] {
  if (Array.isArray(specification)) return specification;
  const single = specification as SlerpMergeOptions | ListedMergeOptions;
  if (!hasLayers(single)) return [single as SlerpMergeOptions];
  const { afterLayer: layers, ...rest } = single;
  if (layers.length === 0) {
    throw new GeodesicError('merge.option', 'slerpMerge: afterLayer lists no layer; give at least one layer');
  }
  for (const [key, value] of Object.entries(rest)) {
    if (key === 'protect' || !Array.isArray(value) || value.length === layers.length) continue;
    throw new GeodesicError(
      'merge.option',
      `slerpMerge: ${key} lists ${value.length} values for ${layers.length} layers; give one for each, or one for all`,
    );
  }
  return layers.map((afterLayer, i) => {
    const own = Object.entries(rest).map(([key, value]) => [
      key,
      key !== 'protect' && Array.isArray(value) ? value[i] : value,
    ]);
    return { afterLayer, ...Object.fromEntries(own) } as SlerpMergeOptions;
  });
}

function hasLayers(options: SlerpMergeOptions | ListedMergeOptions | null): options is ListedMergeOptions {
  return Array.isArray(options?.afterLayer);
}
