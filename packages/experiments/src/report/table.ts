import { METRICS, type MetricName } from '../metrics/metric-list.js';
import { partsBy } from './parts-by.js';
import { figureText, hasFigure, type OverflowedRow, type ReportRow } from './report-row.js';

/** A table as text: a head and rows of cells. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type TableRow = ReportRow | OverflowedRow;

/** One table for each model, text, task and length: a row for each variant and layer, a column for each metric. */
export function variantTables(rows: readonly TableRow[]): Table[] {
  return partsBy(rows, ({ model, text, task, depth, length }) => {
    const at = depth === null ? '' : ` at depth ${depth}`;
    return `${task}${at}: ${model}, ${text}, ${length} tokens`;
  }).map(([title, part]) => {
    const metrics = [...new Set(part.map(({ metric }) => metric))];
    const variants = partsBy(part, ({ variant, layer }) => JSON.stringify([variant, layer]));
    return {
      title,
      head: ['variant', 'after layer', ...metrics.map((metric) => METRICS[metric].title)],
      rows: variants.map(([, cells]) => [
        cells[0]?.variant ?? '',
        String(cells[0]?.layer ?? ''),
        ...metrics.map((metric) => estimateText(cells.find((cell) => cell.metric === metric))),
      ]),
    };
  });
}

/** Metrics that are also shown layer by length, as the article shows its own. */
const PIVOTED: readonly MetricName[] = [
  'top1',
  'top3',
  'top5',
  'kl',
  'prefillRatio',
  'firstTokenRatio',
  'kept',
];

/** Layer by length, for each model, text, task and variant with several of both. */
export function layerByLengthTables(rows: readonly TableRow[]): Table[] {
  const pivoted = rows.filter(({ metric, layer }) => PIVOTED.includes(metric) && layer !== null);
  return partsBy(pivoted, ({ model, text, task, depth, variant, metric }) => {
    const at = depth === null ? '' : ` at depth ${depth}`;
    return `${METRICS[metric].title}: ${variant} (${task}${at}, ${model}, ${text})`;
  }).flatMap(([title, part]) => {
    const lengths = distinct(part.map(({ length }) => length));
    const layers = distinct(part.map(({ layer }) => layer as number));
    if (lengths.length < 2 || layers.length < 2) return [];
    const figure = (layer: number, length: number) =>
      estimateText(part.find((row) => row.layer === layer && row.length === length));
    return [
      {
        title,
        head: ['after layer', ...lengths.map((length) => `${length} tokens`)],
        rows: layers.map((layer) => [String(layer), ...lengths.map((length) => figure(layer, length))]),
      },
    ];
  });
}

/** `0.281 [0.203, 0.368]`; a figure that all samples agree on has no interval. */
function estimateText(row: TableRow | undefined): string {
  if (row === undefined) return '–';
  if (!hasFigure(row)) return 'overflowed';
  const metric = METRICS[row.metric];
  const [value, low, high] = [row.value, row.low, row.high].map((number) => figureText(number, metric));
  return low === value && high === value ? (value as string) : `${value} [${low}, ${high}]`;
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
