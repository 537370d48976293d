import { groupOf, type Variant } from '../grid/cell.js';
import { mergeLabel } from '../grid/merge-choice.js';
import { type BootstrapOptions, bootstrapDifference, isFiniteEstimate } from '../metrics/bootstrap.js';
import { METRICS, type MetricName } from '../metrics/metric-list.js';
import type { CellResult } from '../runner/cell-result.js';
import type { Spec } from '../spec/spec-schema.js';
import { partsBy } from './parts-by.js';
import { placeOf, type ReportRow } from './report-row.js';

/** By how much a figure of a variant is greater than that of a spec's first merge, on the same items. */
export interface DifferenceRow extends ReportRow {
  /** What that merge is called. */
  readonly from: string;
  readonly fromLayer: number | null;
}

/** What slots cost: of no item more than of another, or nearly. */
const COSTS: ReadonlySet<MetricName> = new Set<MetricName>(['flops', 'kvBytes', 'pairsMerged']);

/**
 * Every other variant against the first merge of a spec behind the same layer, metric by metric; a variant without a layer, such as the
 * base, against it behind each. Times have none: what was timed at another moment is no pair. Nor has what overflows.
 */
export function differenceRows(
  { merges, bootstrap, seed }: Pick<Spec, 'merges' | 'bootstrap' | 'seed'>,
  results: readonly CellResult[],
): DifferenceRow[] {
  if (merges[0] === undefined) return [];
  const { label, ...options } = merges[0];
  const first = label ?? mergeLabel(options);
  return partsBy(results, ({ cell }) => groupOf(cell)).flatMap(([, group]) =>
    group
      .filter(({ cell }) => cell.task.kind !== 'speed' && cell.variant.label === first)
      .flatMap((from) =>
        group
          .filter((result) => result !== from && isBeside(result.cell.variant, from.cell.variant))
          .flatMap((result) => differences(result, from, { ...bootstrap, seed })),
      ),
  );
}

function isBeside({ layer, label }: Variant, from: Variant): boolean {
  return label !== from.label && (layer === undefined || layer === from.layer);
}

function differences(result: CellResult, from: CellResult, options: BootstrapOptions): DifferenceRow[] {
  const { label, layer = null } = from.cell.variant;
  return (Object.keys(METRICS) as MetricName[]).flatMap((metric) => {
    const [items, others] = [result.samples[metric], from.samples[metric]];
    if (COSTS.has(metric) || items === undefined || others === undefined) return [];
    const estimate = bootstrapDifference(items, others, METRICS[metric].statistic, options);
    if (estimate === undefined || !isFiniteEstimate(estimate)) return [];
    return [{ ...placeOf(result), metric, ...estimate, from: label, fromLayer: layer }];
  });
}
