import type { RunFacts } from '../runner/run-facts.js';
import { escapeMarkup } from './escape-markup.js';
import { percent } from './percent.js';
import type { Table } from './table.js';

/** A picture with its caption; its markup stands in the page itself. */
export interface Picture {
  readonly title: string;
  readonly svg: string;
}

export interface ReportParts {
  readonly facts: RunFacts;
  /** Finished cells. */
  readonly finished: number;
  readonly backends: readonly string[];
  readonly tables: readonly Table[];
  /** What variants differ by from a merge. */
  readonly differences: readonly Table[];
  readonly figures: readonly Picture[];
  readonly traces: readonly Picture[];
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.85rem }
th, td { border: 1px solid #ddd; padding: 0.2rem 0.5rem; text-align: right; white-space: nowrap }
th { white-space: normal; vertical-align: bottom; background: #f6f6f6 }
td:first-child, th:first-child { text-align: left }
.wide { overflow-x: auto; margin-bottom: 2rem }
svg { max-width: 100%; height: auto }
summary { cursor: pointer; font-weight: bold; margin: 0.5rem 0 }
`;

const TRACE_LEGEND =
  '<p>A box for each slot that a merge leaves of the first passage: filled where tokens merged, the darker the less alike their states were; tokens in no slot are struck through.</p>';

const DIFFERENCE_LEGEND =
  '<p>Figures of variants less those of the first merge behind the same layer. Intervals are of items with both of their numbers: one that does not reach 0 tells the two apart, also where the intervals of the figures themselves overlap.</p>';

/** One page that needs nothing else: style, tables and pictures are in it. */
export function reportPage(parts: ReportParts): string {
  const { facts, tables, differences, figures, traces } = parts;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(facts.spec.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(facts.spec.name)}</h1>
<p>${escapeMarkup(facts.spec.description)}</p>
${howItWasMeasured(parts)}
${section('Plots', figures.map(pictureMarkup))}
${section('Tables', tables.map(tableMarkup))}
${section('Differences', withLegend(DIFFERENCE_LEGEND, differences.map(tableMarkup)))}
${section('What was merged', withLegend(TRACE_LEGEND, traces.map(pictureMarkup)))}
<details><summary>Spec</summary><pre>${escapeMarkup(JSON.stringify(facts.spec, null, 2))}</pre></details>
</body>
</html>
`;
}

function howItWasMeasured({ facts, finished, backends }: ReportParts): string {
  const { spec, hash, cells, machine } = facts;
  const { samples, confidence } = spec.bootstrap;
  const lines = [
    `${finished} of ${cells} cells, spec ${hash}, seed ${spec.seed}, ${spec.split} passages`,
    `${machine}; ${backends.join(', ')}`,
    `In brackets: ${percent(confidence)} % intervals from ${samples} bootstrap samples; none where all samples give the same figure, as they do where all items agree, which makes nothing certain`,
    '–: no item counts; overflowed: the figure, or an end of its interval, is greater than any number',
  ];
  return `<p>${lines.map(escapeMarkup).join('<br>\n')}</p>`;
}

function withLegend(legend: string, content: readonly string[]): string[] {
  return content.length === 0 ? [] : [legend, ...content];
}

function section(title: string, content: readonly string[]): string {
  return content.length === 0 ? '' : `<h2>${title}</h2>\n${content.join('\n')}`;
}

function pictureMarkup({ title, svg }: Picture): string {
  return `<figure role="img" aria-label="${escapeMarkup(title)}">${svg}</figure>`;
}

function tableMarkup({ title, head, rows }: Table): string {
  const line = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeMarkup(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => line(row, 'td')).join('\n');
  return `<h3>${escapeMarkup(title)}</h3>\n<div class="wide"><table>\n${line(head, 'th')}\n${body}\n</table></div>`;
}
