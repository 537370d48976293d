import {
  compile,
  GeodesicError,
  type Graph,
  type GraphCost,
  graphCost,
  graphToJson,
  graphToMermaid,
  type Phase,
  type Program,
  phaseBindings,
  printGraph,
  slerpMerge,
  summariseGraph,
  type Traceable,
} from '@geodesic/compiler';
import { withModel } from '../command-model.js';
import { countedLength } from '../counted-length.js';
import { mergeFromOptions } from '../merge-from-options.js';
import type { MergeOptions } from '../merge-options.js';
import type { ModelOptions } from '../model-options.js';

export interface InspectCommandOptions extends ModelOptions, MergeOptions {
  readonly format: 'text' | 'mermaid' | 'json';
  readonly phase: 'prefill' | 'decode';
  readonly cost?: boolean;
  readonly length?: number;
  readonly dumpIr?: boolean;
}

/** A graph with what it costs, if that was asked for. */
interface View {
  readonly title: string;
  readonly graph: Graph;
  readonly cost?: GraphCost;
}

/** Prints the graph of a model, and with a merge the graph behind it too. */
export async function inspectCommand(options: InspectCommandOptions): Promise<void> {
  const merge = mergeFromOptions(options);
  if (options.length !== undefined && !options.cost) {
    throw new GeodesicError('cli.option', '--length needs --cost: the graph is the same for every length');
  }
  const { model, config } = await withModel(options.model, merge, async (opened) => opened.resolved);
  const counted = {
    phase: options.phase,
    length: options.cost ? countedLength(options.length, config) : undefined,
  };
  const dump = options.dumpIr ? dumpStage : undefined;
  const views = [view('before', compile(model), counted)];
  if (merge !== undefined) views.push(view('after', compileMerged(model, merge, dump), counted));
  else if (dump !== undefined) compile(model, { dump });
  process.stdout.write(`${render(views, options.format)}\n`);
}

function compileMerged(
  model: Traceable,
  merge: Parameters<typeof slerpMerge>[0],
  dump?: typeof dumpStage,
): Program {
  return compile(model, { passes: [slerpMerge(merge)], ...(dump && { dump }) });
}

function dumpStage(stage: string, graph: Graph): void {
  process.stderr.write(`// ${stage}\n${printGraph(graph)}\n`);
}

function view(
  title: string,
  program: Program,
  { phase, length }: { phase: Phase; length: number | undefined },
): View {
  const graph = program[phase];
  if (length === undefined) return { title, graph };
  return { title, graph, cost: graphCost(graph, phaseBindings(program, phase, length)) };
}

function render(views: readonly View[], format: InspectCommandOptions['format']): string {
  if (format === 'json') return JSON.stringify(Object.fromEntries(views.map(jsonView)), null, 2);
  if (format === 'mermaid') return views.map(mermaidView).join('\n');
  return views.map(textView).join('\n');
}

/** Markdown: a Mermaid file holds one diagram only. */
function mermaidView({ title, graph, cost }: View): string {
  const totals = cost === undefined ? '' : `\n\`\`\`text\n${printTotals(cost)}\n\`\`\`\n`;
  return `## ${title}\n\n\`\`\`mermaid\n${graphToMermaid(graph)}\`\`\`\n${totals}`;
}

function jsonView({ title, graph, cost }: View): [string, object] {
  return [title, { graph: graphToJson(graph), ...(cost && { cost }) }];
}

function textView({ title, graph, cost }: View): string {
  const totals = cost === undefined ? '' : `\n${printTotals(cost)}\n`;
  return `${title}\n${printGraph(graph)}\n${summariseGraph(graph, cost)}\n${totals}`;
}

function printTotals({ flops, bytes, kvCacheBytes, parameterBytes }: GraphCost): string {
  const mebibytes = (count: number) => `${(count / 2 ** 20).toFixed(1)} MiB`;
  return [
    `FLOPs      ${(flops / 1e9).toFixed(2)} G`,
    `bytes      ${mebibytes(bytes)}`,
    `weights    ${mebibytes(parameterBytes)}`,
    `KV cache   ${mebibytes(kvCacheBytes)}`,
  ].join('\n');
}
