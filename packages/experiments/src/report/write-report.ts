import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import type { CellResult } from '../runner/cell-result.js';
import { readResults } from '../runner/results-file.js';
import { RESULTS_FILE } from '../runner/run-experiment.js';
import { readFacts } from '../runner/run-facts.js';
import { csv, differencesCsv } from './csv.js';
import { differenceRows } from './difference-row.js';
import { figuresOf } from './figure.js';
import { figureSvg, svgToPng } from './render-figure.js';
import { type Picture, reportPage } from './report-page.js';
import { hasFigure, reportRows } from './report-row.js';
import { differenceTables, layerByLengthTables, variantTables } from './table.js';
import { tracePicture } from './trace-picture.js';

/** A picture with the name that its files have. */
type NamedPicture = Picture & { readonly name: string };

/**
 * Writes what a folder's finished cells say, all anew: `report.html`, `results.csv`, `differences.csv`, and plots and traces as SVG
 * and PNG.
 *
 * @returns the path of the page
 * @throws GeodesicError `experiment.results` where there are none, `experiment.output` where the folder can't be written
 */
export async function writeReport(folder: string): Promise<string> {
  const facts = await readFacts(folder);
  const results = await readResults(join(folder, RESULTS_FILE));
  const rows = reportRows(results);
  const differences = differenceRows(facts.spec, results);
  const figures = await Promise.all(
    figuresOf(facts.spec, rows.filter(hasFigure)).map(async (figure) => ({
      ...figure,
      svg: await figureSvg(figure),
    })),
  );
  const traces = tracesOf(results);
  const page = join(folder, 'report.html');
  const html = reportPage({
    facts,
    finished: results.length,
    backends: [...new Set(results.map(({ backend }) => backend))],
    tables: [...layerByLengthTables(rows), ...variantTables(rows)],
    differences: differenceTables(differences),
    figures,
    traces,
  });
  try {
    await writePictures(folder, [...figures, ...traces]);
    await writeFile(join(folder, 'results.csv'), csv(rows));
    await writeFile(join(folder, 'differences.csv'), differencesCsv(differences));
    await writeFile(page, html);
  } catch (cause) {
    throw new GeodesicError(
      'experiment.output',
      `can't write the report of ${folder}: ${(cause as Error).message}; its results are kept`,
      { cause },
    );
  }
  return page;
}

async function writePictures(folder: string, pictures: readonly NamedPicture[]): Promise<void> {
  await mkdir(join(folder, 'plots'), { recursive: true });
  for (const { name, svg } of pictures) {
    await writeFile(join(folder, 'plots', `${name}.svg`), svg);
    await writeFile(join(folder, 'plots', `${name}.png`), await svgToPng(svg));
  }
}

function tracesOf(results: readonly CellResult[]): NamedPicture[] {
  return results.flatMap(({ cell, trace }, i) => {
    if (trace === undefined) return [];
    const { model, text, length, variant } = cell;
    const title = `${variant.label} after layer ${variant.layer ?? '?'}: ${model}, ${text}, ${length} tokens`;
    return [{ name: `trace-${i}`, title, svg: tracePicture(trace, title) }];
  });
}
