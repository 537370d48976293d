import { type AnyNode, GeodesicError, type ValueId } from '@geodesic/compiler';
import { call, code, object } from '../written-source/expression.js';
import { Body, countUses } from './body.js';
import type { Constants } from './constants.js';
import type { CachedValue, LayerView } from './layer-view.js';
import { Names } from './names.js';
import { nodeStep, weightStep } from './node-step.js';
import type { PhaseGraph } from './phase-graph.js';
import type { Key, Step } from './step.js';
import { camelCase, hiddenName, sharedName } from './value-names.js';

/** A layer of one graph as it is written. Layers that are written alike are one function. */
export interface WrittenLayer {
  readonly view: LayerView;
  readonly lines: readonly string[];
  /** What it takes of what all layers share: the parameters, and their values in the graph. */
  readonly shared: ReadonlyMap<string, ValueId>;
  /** The fields of its cache, each a variable too. */
  readonly fields: readonly string[];
}

const X: Key = 'x';

/** @param reserved identifiers of the module */
export function writeLayer(
  phase: PhaseGraph,
  view: LayerView,
  constants: Constants,
  reserved: ReadonlySet<string>,
): WrittenLayer {
  const steps = new LayerSteps(phase, view, constants, reserved);
  const fields = view.caches.map(({ field }) => field);
  const roots = [steps.keyOf(view.result), ...fields.map(cacheKey)];
  const { shared, given, names } = parametersOf(steps, roots, reserved);
  const step = (key: Key) => steps.step(key);
  const uses = countUses(roots, step, (key) => given.has(key));
  const body = new Body({ step, given, names, uses }, 2);
  const cache = object(fields.map((field) => [field, code(field)]));
  const result = body.expression(
    roots[0] as Key,
    'return { x: , cache: {} };'.length + fields.join(', ').length,
  );
  for (const field of fields) body.variable(cacheKey(field));
  body.give(
    object([
      ['x', result],
      ['cache', cache],
    ]),
  );
  return { view, lines: body.lines, shared, fields };
}

/** The parameters that a layer needs beside its hidden states and cache, in the order in which it needs them. */
function parametersOf(steps: LayerSteps, roots: readonly Key[], reserved: ReadonlySet<string>) {
  const names = new Names([...reserved, X, 'past', 'weight', 'index']);
  const given = new Map<Key, string>([[X, X]]);
  const shared = new Map<string, ValueId>();
  const seen = new Set<Key>();
  const visit = (key: Key) => {
    if (seen.has(key) || given.has(key)) return;
    seen.add(key);
    const node = steps.sharedNode(key);
    if (node !== undefined) {
      const name = names.unique(sharedName(node));
      given.set(key, name);
      shared.set(name, node.id);
    } else if (isPast(key)) given.set(key, `past?.${key.slice(PAST.length)}`);
    else steps.step(key).operands.forEach(visit);
  };
  roots.forEach(visit);
  return { shared, given, names };
}

const PAST = 'past:';
const isPast = (key: Key) => key.startsWith(PAST);
const cacheKey = (field: string): Key => `cache:${field}`;

/** The values of a layer; in prefill and decode graphs they have the same shape, with the caches appended to what there was. */
class LayerSteps {
  readonly #phase: PhaseGraph;
  readonly #view: LayerView;
  readonly #constants: Constants;
  readonly #reserved: ReadonlySet<string>;
  readonly #cached: ReadonlyMap<ValueId, CachedValue>;

  constructor(phase: PhaseGraph, view: LayerView, constants: Constants, reserved: ReadonlySet<string>) {
    this.#phase = phase;
    this.#view = view;
    this.#constants = constants;
    this.#reserved = reserved;
    this.#cached = new Map(view.caches.map((cached) => [cached.appended, cached]));
  }

  /** How a user names a value: what is cached by its cache, the layer's input as x. */
  keyOf(id: ValueId): Key {
    const cached = this.#cached.get(id);
    if (cached !== undefined) return cacheKey(cached.field);
    return id === this.#view.x ? X : String(id);
  }

  /** The node of a value that layers share. */
  sharedNode(key: Key): AnyNode | undefined {
    const id = Number(key);
    return Number.isInteger(id) && this.#phase.isShared(id) ? this.#phase.node(id) : undefined;
  }

  step(key: Key): Step {
    const cached = this.#view.caches.find(({ field }) => cacheKey(field) === key);
    if (cached !== undefined) return appending(cached);
    const node = this.#phase.node(Number(key));
    const prefix = `layers.${this.#view.index}.`;
    const path = node.name.replace(prefix, '');
    if (node.op === 'parameter') {
      if (path === node.name) throw foreignWeight(node, this.#view);
      return weightStep(path);
    }
    const operands = this.#phase.inputsOf(node.id).map((id) => this.keyOf(id));
    return nodeStep(node, operands, this.#label(node, path), this.#constants);
  }

  #label(node: AnyNode, path: string): Pick<Step, 'name' | 'fallback'> {
    const cached = this.#view.caches.find(({ added }) => added === node.id);
    if (cached !== undefined) return { fallback: camelCase(['new', cached.field]) };
    return hiddenName(this.#phase, node, path, this.#reserved);
  }
}

function foreignWeight({ name }: AnyNode, { index }: LayerView): GeodesicError {
  return new GeodesicError(
    'emit.unsupported',
    `layer ${index} uses the weight '${name}', which is not its own: such a model can't be compiled ahead of time; run it in a session`,
  );
}

/** New keys or values behind those that were cached, if there were any. */
function appending({ field, added }: CachedValue): Step {
  return {
    operands: [`${PAST}${field}`, String(added)],
    write: (operands) => call('cacheAppend', code('tf'), ...operands),
    name: field,
    fallback: field,
  };
}
