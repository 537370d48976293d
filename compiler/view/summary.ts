import type { GraphCost } from '../cost/graph-cost.js';
import { type Section, sectionsOf } from '../cost/section.js';
import type { Graph } from '../ir/graph.js';
import { isLeaf } from '../ir/graph-builder.js';
import { type Axis, printAxis } from '../ir/tensor-type.js';

const MIB = 2 ** 20;
const GIGA = 1e9;

/**
 * A table of a graph for people, a line a section: the tokens that enter and leave it, how many ops it has and, with a cost
 * of `graphCost`, what one run of it takes. `printGraph` writes the whole.
 */
export function summariseGraph(graph: Graph, cost?: GraphCost): string {
  const sections = sectionsOf(graph);
  const header = ['layer', 'tokens in', 'tokens out', 'ops', ...(cost ? ['tokens', 'GFLOPs', 'MiB'] : [])];
  const rows = sections.map((section, i) => [
    section.name,
    printTokens(sections[i - 1]?.tokens ?? section.tokens),
    printTokens(section.tokens),
    String(opCount(section)),
    ...costCells(section, cost),
  ]);
  const totals = cost
    ? [['total', '', '', String(sections.reduce((sum, s) => sum + opCount(s), 0)), '', ...amounts(cost)]]
    : [];
  return `${graph.name}\n${alignColumns([header, ...rows, ...totals])}${cost ? footer(cost) : ''}`;
}

function costCells(section: Section, cost: GraphCost | undefined): string[] {
  if (cost === undefined) return [];
  const layer = cost.byLayer.find(
    ({ name, domain }) => name === section.name && domain === section.tokens?.domain,
  );
  return layer === undefined ? ['', '', ''] : [String(layer.tokens), ...amounts(layer)];
}

function amounts({ flops, bytes }: { readonly flops: number; readonly bytes: number }): string[] {
  return [(flops / GIGA).toFixed(4), (bytes / MIB).toFixed(2)];
}

function footer({ parameterBytes, kvCacheBytes }: GraphCost): string {
  return `weights ${(parameterBytes / MIB).toFixed(1)} MiB, cache behind this run ${(kvCacheBytes / MIB).toFixed(2)} MiB\n`;
}

/** Weights, inputs and constants are not counted. */
function opCount({ nodes }: Section): number {
  return nodes.filter(({ op }) => !isLeaf(op) && op !== 'constant').length;
}

function printTokens(tokens: Axis | undefined): string {
  return tokens === undefined ? 'last' : printAxis(tokens);
}

/** Names and tokens to the left, numbers to the right. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}
