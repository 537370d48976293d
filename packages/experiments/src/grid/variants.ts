import { DEFAULT_MERGE, type SlerpMergeOptions } from '@geodesic/compiler';
import type { BaselineName, Spec } from '../spec/spec-schema.js';
import type { Variant } from './cell.js';

/** Merge options of a spec without its label; `afterLayer` is the spec's layers' where it is not among them. */
export type MergeChoice = Readonly<Record<string, unknown>>;

/** The model as it is, each merge behind each layer, each baseline behind each layer. */
export function variantsOf({ merges, baselines }: Spec, layers: readonly number[]): Variant[] {
  return [
    { label: 'base' },
    ...merges.flatMap((merge) => mergeVariants(merge, layers)),
    ...baselines.flatMap((baseline) => layers.map((layer) => baselineVariant(baseline, layer))),
  ];
}

/** What reports call a merge that was given no label: its interpolation, and whatever is not the default. */
export function mergeLabel(options: MergeChoice): string {
  const { afterLayer, interpolation = DEFAULT_MERGE.interpolation, ...others } = options;
  // One layer is a column of its own; which several layers there are, only the label can say.
  const rest = Array.isArray(afterLayer) ? { afterLayer, ...others } : others;
  const defaults: MergeChoice = DEFAULT_MERGE;
  const changed = Object.entries(rest).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]),
  );
  return [String(interpolation), ...changed.map(([key, value]) => `${key} ${textOf(value)}`)].join(', ');
}

function mergeVariants(merge: Spec['merges'][number], layers: readonly number[]): Variant[] {
  const { label, ...options } = merge;
  const named = { label: label ?? mergeLabel(options) };
  if (options.afterLayer !== undefined) {
    return [{ ...named, ...layerOf(options.afterLayer), merge: options as unknown as SlerpMergeOptions }];
  }
  return layers.map((layer) => ({
    ...named,
    layer,
    merge: { ...options, afterLayer: layer } as SlerpMergeOptions,
  }));
}

/** The layer that a merge of its own layers stands at in plots: its first. */
function layerOf(afterLayer: unknown): Pick<Variant, 'layer'> {
  const first = Array.isArray(afterLayer) ? afterLayer[0] : afterLayer;
  return typeof first === 'number' ? { layer: first } : {};
}

/** Baselines are merges with the compiler's other defaults; the article's code kept neither end. */
function baselineVariant(baseline: BaselineName, layer: number): Variant {
  const ends = baseline === 'reference' ? { keepStart: 0, keepEnd: 0 } : {};
  return {
    label: BASELINE_LABELS[baseline],
    layer,
    baseline,
    merge: { afterLayer: layer, interpolation: baseline, ...ends },
  };
}

export const BASELINE_LABELS: Readonly<Record<BaselineName, string>> = {
  drop: 'drop the first of each pair',
  mean: 'mean of each pair',
  reference: "the article's code",
};

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
