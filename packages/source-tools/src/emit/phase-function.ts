import { isCachedStream, type ValueId } from '@geodesic/compiler';
import { code, type Expression, object } from '../written-source/expression.js';
import { Body, countUses } from './body.js';
import type { Constants } from './constants.js';
import { writeLoop } from './layer-loop.js';
import { layerRule } from './layer-rule.js';
import { type LayerCall, layerRuns } from './layer-runs.js';
import type { NamedLayer } from './name-layers.js';
import { Names } from './names.js';
import type { PhaseGraph } from './phase-graph.js';
import { PhaseSteps } from './phase-steps.js';
import type { Key } from './step.js';
import { cachedStream } from './stream-caches.js';

/** The body of `prefill` or `decode`. */
export interface WrittenPhase {
  readonly lines: readonly string[];
  readonly streams: readonly string[];
  readonly isProtecting: boolean;
  /** The constants of rotary frequencies that change with a row's length. */
  readonly frequencies: readonly string[];
}

/** @param reserved identifiers of the module */
export function writePhase(
  phase: PhaseGraph,
  layers: readonly NamedLayer[],
  constants: Constants,
  reserved: ReadonlySet<string>,
): WrittenPhase {
  const steps = new PhaseSteps(phase, constants, reserved);
  const names = new Names([
    ...reserved,
    'x',
    'weight',
    'caches',
    'rows',
    'starts',
    'lengths',
    'cached',
    'step',
    'index',
    'layers',
    'logits',
    'protectedTokens',
  ]);
  const writer = new PhaseWriter(phase, layers, steps, names);
  const lines = writer.write();
  const { isProtecting, frequencies } = steps;
  return { lines, streams: [...steps.streams], isProtecting, frequencies: [...frequencies] };
}

class PhaseWriter {
  readonly #phase: PhaseGraph;
  readonly #layers: readonly NamedLayer[];
  readonly #steps: PhaseSteps;
  readonly #given = new Map<Key, string>();
  readonly #body: Body;

  constructor(phase: PhaseGraph, layers: readonly NamedLayer[], steps: PhaseSteps, names: Names) {
    this.#phase = phase;
    this.#layers = layers;
    this.#steps = steps;
    const results = new Set(layers.map(({ view }) => String(view.result)));
    const step = (key: Key) => steps.step(key);
    const uses = countUses(this.#roots(), step, (key) => results.has(key));
    this.#body = new Body({ step, given: this.#given, names, uses }, 1);
  }

  write(): readonly string[] {
    const body = this.#body;
    const streams = this.#streamCaches();
    body.line('const { logits, layers } = tf.tidy(() => {');
    body.line('const weight = weightsAt(weights);');
    body.line('const cached: LayerCache[] = [];');
    for (const [i, chain] of this.#chains().entries()) this.#runChain(chain, i === 0 ? 'let x' : 'x');
    const logits = body.expression(this.#logits(), 'return { logits: , layers: cached };'.length);
    body.give(
      object([
        ['logits', logits],
        ['layers', code('cached')],
      ]),
    );
    body.line('});');
    const caches = object([['lengths', code('[...lengths.data]')], ...streams, ['layers', code('layers')]]);
    body.give(
      object([
        ['logits', code('logits')],
        ['caches', caches],
      ]),
    );
    return body.lines;
  }

  /** Everything that is asked for, to know what is used once. */
  #roots(): Key[] {
    const streams = this.#streamOutputs().map(([, id]) => this.#steps.hostKey(id));
    const inputs = this.#chains().map(([first]) => this.#steps.deviceKey((first as NamedLayer).view.x));
    // Each layer uses what it shares: a variable, and twice, so that it is never written in place.
    const shared = this.#layers.flatMap((layer) => [...layer.shared.values()]);
    const twice = [...new Set(shared)].flatMap((id) => [
      this.#steps.deviceKey(id),
      this.#steps.deviceKey(id),
    ]);
    return [...streams, ...inputs, ...twice, this.#logits()];
  }

  #logits(): Key {
    return this.#steps.deviceKey(this.#phase.outputs.get('logits') as ValueId);
  }

  #streamOutputs(): [string, ValueId][] {
    return [...this.#phase.outputs].filter(([name]) => isCachedStream(name));
  }

  /** Computes the streams of the caches, and gives the fields that hold them. */
  #streamCaches(): (readonly [string, Expression])[] {
    const domains = new Map<string, [string, Expression][]>();
    for (const [name, id] of this.#streamOutputs()) {
      const { domain, stream } = cachedStream(name);
      const key = this.#steps.hostKey(id);
      const { isLeaf, fallback } = this.#steps.step(key);
      const variable = isLeaf ? fallback : this.#body.variable(key);
      domains.set(domain, [...(domains.get(domain) ?? []), [stream, code(variable)]]);
    }
    return [...domains].map(([domain, fields]) => [domain, object(fields)] as const);
  }

  /** Layers of which each goes on with what the one before it gave. */
  #chains(): NamedLayer[][] {
    const chains: NamedLayer[][] = [];
    for (const layer of this.#layers) {
      const chain = chains.at(-1);
      if (chain?.at(-1)?.view.result === layer.view.x) chain?.push(layer);
      else chains.push([layer]);
    }
    return chains;
  }

  #runChain(chain: readonly NamedLayer[], target: string): void {
    const [first, last] = [chain[0] as NamedLayer, chain.at(-1) as NamedLayer];
    this.#body.assign(target, this.#steps.deviceKey(first.view.x));
    const calls = chain.map((layer) => this.#callOf(layer));
    for (const run of layerRuns(calls, layerRule(this.#phase, this.#layers))) {
      writeLoop(this.#body, run, this.#isDecoding());
    }
    // From here on x is what these layers gave, and nothing else.
    for (const { view } of this.#layers) this.#given.delete(String(view.result));
    this.#given.set(String(last.view.result), 'x');
  }

  #isDecoding(): boolean {
    return [...this.#phase.outputs.values()].some((id) => this.#phase.node(id).op === 'cacheAppend');
  }

  #callOf({ callee, view, shared }: NamedLayer): LayerCall {
    const variables = [...shared].map(([parameter, id]): [string, string] => [
      parameter,
      this.#body.variable(this.#steps.deviceKey(id)),
    ]);
    return { index: view.index, callee, shared: new Map(variables) };
  }
}
