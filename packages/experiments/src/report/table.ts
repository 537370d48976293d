import { METRICS, type MetricName } from '../metrics/metric-list.js';
import type { DifferenceRow } from './difference-row.js';
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
  return metricTables(rows, placeTitle, ({ layer }) => layer, estimateText);
}

/** The same of differences, by the layer of the merge that they are from. */
export function differenceTables(rows: readonly DifferenceRow[]): Table[] {
  const title = (row: DifferenceRow) => `Differences from ${row.from}: ${placeTitle(row)}`;
  return metricTables(rows, title, ({ fromLayer }) => fromLayer, differenceText);
}

function metricTables<Row extends TableRow>(
  rows: readonly Row[],
  titleOf: (row: Row) => string,
  layerOf: (row: Row) => number | null,
  textOf: (row: Row) => string,
): Table[] {
  return partsBy(rows, titleOf).map(([title, part]) => {
    const metrics = [...new Set(part.map(({ metric }) => metric))];
    const variants = partsBy(part, (row) => JSON.stringify([row.variant, layerOf(row)]));
    return {
      title,
      head: ['variant', 'after layer', ...metrics.map((metric) => METRICS[metric].title)],
      rows: variants.map(([, cells]) => [
        cells[0]?.variant ?? '',
        String((cells[0] && layerOf(cells[0])) ?? ''),
        ...metrics.map((metric) =>
          textOrDash(
            cells.find((cell) => cell.metric === metric),
            textOf,
          ),
        ),
      ]),
    };
  });
}

function placeTitle({ task, depth, model, text, length }: TableRow): string {
  const at = depth === null ? '' : ` at depth ${depth}`;
  return `${task}${at}: ${model}, ${text}, ${length} tokens`;
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
      textOrDash(
        part.find((row) => row.layer === layer && row.length === length),
        estimateText,
      );
    return [
      {
        title,
        head: ['after layer', ...lengths.map((length) => `${length} tokens`)],
        rows: layers.map((layer) => [String(layer), ...lengths.map((length) => figure(layer, length))]),
      },
    ];
  });
}

function textOrDash<Row>(row: Row | undefined, textOf: (row: Row) => string): string {
  return row === undefined ? '–' : textOf(row);
}

/** `0.281 [0.203, 0.368]`; a figure that all samples agree on has no interval. */
function estimateText(row: TableRow): string {
  return hasFigure(row) ? withInterval(row, figureText) : 'overflowed';
}

/** `+0.078 [+0.013, +0.140]`. */
function differenceText(row: DifferenceRow): string {
  return withInterval(row, (number, metric) => `${number > 0 ? '+' : ''}${figureText(number, metric)}`);
}

function withInterval(row: ReportRow, textOf: typeof figureText): string {
  const metric = METRICS[row.metric];
  const [value, low, high] = [row.value, row.low, row.high].map((number) => textOf(number, metric));
  return low === value && high === value ? (value as string) : `${value} [${low}, ${high}]`;
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
