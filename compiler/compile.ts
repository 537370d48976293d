import { GeodesicError } from './error.js';
import { hostValues } from './host/host-ops.js';
import { describeNode, findNode, type Graph, nodeAt } from './ir/graph.js';
import { captureOutput, isCache, isCachedStream } from './ir/value-name.js';
import { verify } from './ir/verify.js';
import { optionFault } from './option-fault.js';
import type { Pass, PassContext, PassPhase, Phase } from './passes/pass.js';
import { pipeline } from './passes/pipeline.js';
import { written } from './written.js';

/** A model that can be traced to a graph; `@geodesic/dsl` makes them. */
export interface Traceable {
  readonly name: string;
  trace(options: TraceOptions): Graph;
}

/** Which graph of a model is wanted. */
export interface TraceOptions {
  readonly phase: Phase;
  /** Logits of every row's last token, or of all of them. */
  readonly logits: 'last' | 'all';
}

/**
 * Which tokens get logits: the last of each row, all, or `following`, the last of each prompt and all that follow it, which spares
 * long prompts the head.
 */
export type LogitsChoice = 'last' | 'all' | 'following';

/** What a program is made with; without any, it is the model as it is, with logits of each last token. */
export interface CompileOptions {
  readonly passes?: readonly Pass[];
  readonly logits?: LogitsChoice;
  /** Names of values to hand out with every run, as outputs `capture.<name>`. */
  readonly capture?: readonly string[];
  /** Names of values that a run may replace: they are never folded into others. */
  readonly patch?: readonly string[];
  /** Sees the graph as traced and after each pass. */
  readonly dump?: (stage: string, graph: Graph) => void;
}

/** A compiled model: one graph for prompts, one for new tokens behind a cache, and one that merges on. All use the same weights. */
export interface Program {
  readonly name: string;
  readonly prefill: Graph;
  readonly decode: Graph;
  /**
   * Merges the oldest of the tokens that follow the merged ones, from their states at the merge's layer, and computes the later layers
   * of them and of all behind them anew, or merges what those layers cached; only for merges that go on while tokens are generated.
   */
  readonly remerge?: Graph;
}

/**
 * Traces a model and runs the pipeline on each of its graphs, verifying after each pass.
 *
 * @throws GeodesicError of the passes and the verifier; `compile.option`, `compile.unknown-value` for a capture or patch that names no value,
 *   `compile.pass` for what is no pass or makes no graph, `compile.cache` for a cache of what the host computes
 */
export function compile(model: Traceable, options: CompileOptions = {}): Program {
  checkOptions(model, options);
  const prefill = compilePhase(model, 'prefill', options);
  const decode = compilePhase(model, 'decode', options);
  for (const name of [...(options.capture ?? []), ...(options.patch ?? [])]) {
    if (!findNode(prefill, name) && !findNode(decode, name)) throw unknownValue(prefill, name);
  }
  const remerges = (options.passes ?? []).some((pass) => pass?.remerges);
  if (!remerges) return { name: model.name, prefill, decode };
  return { name: model.name, prefill, decode, remerge: compilePhase(model, 'remerge', options) };
}

const OPTIONS: Readonly<Record<keyof CompileOptions, true>> = {
  passes: true,
  logits: true,
  capture: true,
  patch: true,
  dump: true,
};

/** For callers without types: what would fail far from here, or silently mean something else. */
function checkOptions(model: Traceable, options: CompileOptions): void {
  const refuse = (what: string) => new GeodesicError('compile.option', `compile: ${what}`);
  if (typeof model?.trace !== 'function')
    throw refuse('the model must be one: call what defineModel gives with a configuration');
  const fault = optionFault(options, OPTIONS);
  if (fault !== undefined) throw refuse(fault);
  const { passes = [], logits = 'last', capture = [], patch = [] } = options;
  if (!Array.isArray(passes)) throw refuse('passes must be a list of passes');
  if (!['last', 'all', 'following'].includes(logits))
    throw refuse(`logits must be 'last', 'all' or 'following', not ${written(logits)}`);
  for (const [name, values] of Object.entries({ capture, patch })) {
    const isList = Array.isArray(values) && values.every((value) => typeof value === 'string');
    if (!isList) throw refuse(`${name} must be a list of names`);
  }
}

function compilePhase(model: Traceable, phase: PassPhase, options: CompileOptions): Graph {
  const { passes = [], logits = 'last', capture = [], patch = [], dump } = options;
  const context: PassContext = { phase, pinned: new Set([...capture, ...patch]) };
  const behindPrompt = phase === 'prefill' ? 'last' : 'all';
  let graph = model.trace({
    phase: phase === 'remerge' ? 'decode' : phase,
    logits: logits === 'following' ? behindPrompt : logits,
  });
  verify(graph);
  checkCaches(graph);
  dump?.(`${phase}: traced`, graph);
  // What is merged again gives no logits, and captures are of what was asked for.
  const captures = phase === 'remerge' ? [] : [captureValues(capture)];
  for (const pass of pipeline([...passes, ...captures])) {
    graph = rewritten(pass, graph, context);
    dump?.(`${phase}: ${pass.name}`, graph);
  }
  return graph;
}

/**
 * What a pass makes of a graph, once it is proven well formed and to have the outputs that runs are there for.
 *
 * @throws GeodesicError `compile.pass`, and of the pass and the verifier
 */
function rewritten(pass: Pass, graph: Graph, context: PassContext): Graph {
  if (typeof pass?.run !== 'function')
    throw badPass(`${String(pass)} is no pass: give { name, run }, or call the function that makes it`);
  const result = pass.run(graph, context);
  if (!Array.isArray(result?.nodes) || !(result.outputs instanceof Map))
    throw badPass(`pass '${pass.name}' gave no graph: return { ...graph, nodes, outputs }`);
  verify(result);
  const lost = ['logits', 'targets'].find((name) => graph.outputs.has(name) && !result.outputs.has(name));
  if (lost !== undefined && context.phase !== 'remerge')
    throw badPass(`pass '${pass.name}' dropped the output '${lost}' of graph '${graph.name}': keep it`);
  return result;
}

function badPass(message: string): GeodesicError {
  return new GeodesicError('compile.pass', message);
}

/** What the host computes is made of streams, which it has anyway; sessions keep on the device what is cached. */
function checkCaches(graph: Graph): void {
  const onHost = hostValues(graph);
  for (const [name, id] of graph.outputs) {
    if (!isCache(name) || isCachedStream(name) || !onHost.has(id)) continue;
    throw new GeodesicError(
      'compile.cache',
      `'${name}' caches ${describeNode(nodeAt(graph, id))}, which the host computes of the tokens' streams: compute it from those of the context in each step`,
    );
  }
}

/** Makes outputs of the values to capture, so that no later pass drops them; a value may exist in one phase only. */
function captureValues(names: readonly string[]): Pass {
  return {
    name: 'captureValues',
    run(graph) {
      const outputs = new Map(graph.outputs);
      for (const name of names) {
        const node = findNode(graph, name);
        if (node !== undefined) outputs.set(captureOutput(name), node.id);
      }
      return { ...graph, outputs };
    },
  };
}

function unknownValue(graph: Graph, name: string): GeodesicError {
  const prefix = name.slice(0, name.lastIndexOf('.') + 1);
  const near = graph.nodes
    .map((node) => node.name)
    .filter((other) => prefix !== '' && other.startsWith(prefix));
  const hint =
    near.length > 0 ? `near it: ${near.slice(0, 8).join(', ')}` : 'geodesic inspect lists all names';
  return new GeodesicError('compile.unknown-value', `graph '${graph.name}' has no value '${name}'; ${hint}`);
}
