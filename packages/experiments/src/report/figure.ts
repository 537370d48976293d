import type { TopLevelSpec } from 'vega-lite';
import { METRICS, type Metric, type MetricName } from '../metrics/metric-list.js';
import type { Plot, Spec } from '../spec/spec-schema.js';
import { fileNames } from './file-names.js';
import { partsBy } from './parts-by.js';
import { percent } from './percent.js';
import type { ReportRow } from './report-row.js';

/** One plot: its data and how it is drawn. */
export interface Figure {
  /** Of its files, unlike any other figure's. */
  readonly name: string;
  readonly title: string;
  readonly chart: TopLevelSpec;
}

/** What is drawn where a spec says nothing: the first that was measured of each task. */
const HEADLINES: readonly MetricName[] = [
  'kl',
  'suffixKl',
  'kept',
  'exact',
  'prefillRatio',
  'looped',
  'ended',
];

/** What one figure of a plot draws. */
interface Part {
  readonly plot: Plot;
  /** What all its rows have in common, and those of other figures of the plot don't. */
  readonly rest: string;
  readonly rows: readonly ReportRow[];
}

const WIDTH = 420;
const HEIGHT = 260;
const FACET_WIDTH = 220;
/** Pixels: what is cut off a variant's name may be what tells it from another. */
const LONGEST_LABEL = 1000;
/** Of the scheme that colors are taken from; a larger one has paler ones too. */
const STRONG_COLORS = 10;

/** The plots that a spec asks for, or else those that its axes suggest; plots without data are left out. */
export function figuresOf(spec: Spec, rows: readonly ReportRow[]): Figure[] {
  const plots = spec.plots.length > 0 ? spec.plots : suggestedPlots(rows);
  const parts = plots.flatMap((plot) => {
    const data = rows.filter((row) => row.metric === plot.metric);
    return splitByRest(plot, data).map((part) => ({ plot, ...part }));
  });
  const names = fileNames(parts.map(({ plot, rest }) => nameOf(plot, rest)));
  return parts.map((part, i) => ({ name: names[i] as string, ...drawn(part, spec.bootstrap.confidence) }));
}

function nameOf({ metric, x, facet }: Plot, rest: string): string {
  return [metric, x, ...(facet === undefined ? [] : ['by', facet]), rest].join('-');
}

function suggestedPlots(rows: readonly ReportRow[]): Plot[] {
  return HEADLINES.flatMap((metric) => {
    const data = rows.filter((row) => row.metric === metric);
    const values = (axis: 'layer' | 'length' | 'depth') =>
      new Set(data.map((row) => row[axis]).filter((value) => value !== null)).size;
    const x = (['layer', 'length', 'depth'] as const).find((axis) => values(axis) > 1);
    return x === undefined ? [] : [{ metric, x }];
  });
}

/** Rows of one figure differ in its axes and their variant alone: every other combination is a figure of its own. */
function splitByRest(plot: Plot, rows: readonly ReportRow[]): Omit<Part, 'plot'>[] {
  const fixed = (['model', 'text', 'task', 'depth', 'length'] as const).filter(
    (key) => key !== plot.x && key !== plot.facet,
  );
  const several = fixed.filter((key) => new Set(rows.map((row) => row[key])).size > 1);
  const overLayers = plot.x === 'layer' || plot.facet === 'layer';
  const named = (row: ReportRow) =>
    overLayers || row.layer === null ? row : { ...row, variant: `${row.variant}, layer ${row.layer}` };
  const parts = partsBy(rows, (row) => several.map((key) => `${key} ${row[key]}`).join(', '));
  return parts.map(([rest, part]) => ({ rest, rows: part.map(named) }));
}

function drawn({ plot, rest, rows }: Part, confidence: number): Omit<Figure, 'name'> {
  const { title } = METRICS[plot.metric as MetricName];
  const text = rest === '' ? title : `${title} (${rest})`;
  const { facet } = plot;
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const body = { width: facet ? FACET_WIDTH : WIDTH, height: HEIGHT, layer: layersOf(plot, variants) };
  const common = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: rows.map((row) => ({ ...row, order: variants.indexOf(row.variant) })) },
    title: { text, subtitle: `with ${percent(confidence)} % bootstrap intervals` },
    config: { legend: { labelLimit: LONGEST_LABEL } },
  } as const;
  const chart = facet
    ? {
        ...common,
        facet: { column: { field: facet, title: facet, header: { labelExpr: HEADER } } },
        spec: body,
      }
    : { ...common, ...body };
  return { title: text, chart: chart as TopLevelSpec };
}

/** Lines with their intervals; what works behind no layer, the base, is a rule across the layers. */
function layersOf({ metric, x }: Plot, variants: readonly string[]): object[] {
  const axis = { field: x, type: 'quantitative', title: AXIS_TITLES[x], scale: scaleOf(x) };
  const { title, unit }: Metric = METRICS[metric as MetricName];
  const scheme = variants.length > STRONG_COLORS ? 'tableau20' : 'tableau10';
  const y = { type: 'quantitative', title: unit ?? title, scale: { zero: false } };
  const color = { field: 'variant', type: 'nominal', title: 'variant', scale: { scheme, domain: variants } };
  const xOffset = { expr: offsetOf(variants) };
  const placed = { filter: `isValid(datum.${x})` };
  const across = { filter: `!isValid(datum.${x})` };
  return [
    {
      transform: [placed],
      mark: { type: 'rule', strokeWidth: 1, xOffset },
      encoding: { x: axis, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
    },
    {
      transform: [placed],
      mark: { type: 'line', point: { xOffset }, xOffset },
      encoding: { x: axis, y: { ...y, field: 'value' }, color },
    },
    {
      transform: [across],
      mark: { type: 'rule', strokeDash: [4, 4] },
      encoding: { y: { ...y, field: 'value' }, color },
    },
  ];
}

/** A Vega expression of what stands above a column; the base has no layer. */
const HEADER = "datum.value === null ? 'none' : datum.label";

/** Pixels between variants that stand at the same place, so that their intervals don't hide each other; all of them together take no more than MOST_APART. */
const APART = 3;
const MOST_APART = 12;

/** A Vega expression of how far beside its place a variant is drawn, by its `order`. */
function offsetOf(variants: readonly string[]): string {
  const steps = variants.length - 1;
  const apart = Math.min(APART, MOST_APART / Math.max(1, steps));
  return `${apart} * (datum.order - ${steps / 2})`;
}

const AXIS_TITLES: Readonly<Record<Plot['x'], string>> = {
  layer: 'merged after layer',
  length: 'tokens of the prompt',
  depth: 'depth in the prompt',
};

/** Lengths double from one to the next. */
function scaleOf(x: Plot['x']): object {
  return x === 'length' ? { type: 'log', base: 2, padding: 12 } : { zero: false, nice: false, padding: 12 };
}
