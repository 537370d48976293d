import type { Spec } from '../spec/spec-schema.js';
import { baselineVariants } from './baselines.js';
import type { Variant } from './cell.js';
import { behindLayers, mergeLabel } from './merge-choice.js';

/** The model as it is, each merge behind each layer, each baseline beside them. */
export function variantsOf(
  { merges, baselines }: Pick<Spec, 'merges' | 'baselines'>,
  layers: readonly number[],
): Variant[] {
  return [
    { label: 'base' },
    ...merges.flatMap(({ label, ...options }) =>
      behindLayers(options, layers).map((placed) => ({ label: label ?? mergeLabel(options), ...placed })),
    ),
    ...baselines.flatMap((baseline) => baselineVariants(baseline, merges, layers)),
  ];
}
