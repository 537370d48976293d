import { type AnyNode, dependsOnLength, GeodesicError, isProtection, TOKENS } from '@geodesic/compiler';
import { type Code, call, code, type Expression } from '../written-source/expression.js';
import type { Constants } from './constants.js';
import { nodeStep, weightStep } from './node-step.js';
import type { PhaseGraph } from './phase-graph.js';
import type { Key, Step } from './step.js';
import { cachedStream } from './stream-caches.js';
import { hiddenName, qualifiedName } from './value-names.js';

const UPLOADED = 'uploaded:';
const PROTECTION = 'protection';

/** The values of a graph outside of its layers, and those that its layers share. */
export class PhaseSteps {
  /** Of the streams of the rows, those that are asked for. */
  readonly streams = new Set<string>();
  /** The constants of rotary frequencies that change with a row's length. */
  readonly frequencies = new Set<string>();
  /** Whether the caller may protect tokens. */
  isProtecting = false;

  constructor(
    readonly phase: PhaseGraph,
    readonly constants: Constants,
    readonly reserved: ReadonlySet<string>,
  ) {}

  /** A value where the host needs it. */
  hostKey(id: number): Key {
    return isProtection(this.phase.node(id).name) ? PROTECTION : String(id);
  }

  /** A value where the device needs it. */
  deviceKey(id: number): Key {
    return this.phase.isHost(id) ? `${UPLOADED}${id}` : String(id);
  }

  step(key: Key): Step {
    if (key === PROTECTION) return this.#protection();
    if (key.startsWith(UPLOADED)) return this.#upload(Number(key.slice(UPLOADED.length)));
    const node = this.phase.node(Number(key));
    const isHost = this.phase.isHost(node.id);
    if (node.op === 'input') return this.#stream(node);
    if (node.op === 'state') return cachedStep(node);
    if (node.op === 'parameter') return weightStep(node.name);
    this.#checkOutside(node);
    const operands = this.phase
      .inputsOf(node.id)
      .map((id) => (isHost ? this.hostKey(id) : this.deviceKey(id)));
    const label = this.#label(node);
    if (node.op === 'rotaryCos' && dependsOnLength(node.attributes.scaling)) {
      this.frequencies.add((this.constants.attributes(node) as Code).text);
    }
    if (isHost && node.op === 'cacheAppend') {
      return { ...label, operands, write: (parts) => call('appendTokens', ...parts) };
    }
    return nodeStep(node, operands, label, this.constants);
  }

  /** @throws GeodesicError `emit.unsupported` for what a layer computes and does not give to the next one */
  #checkOutside({ id, name }: AnyNode): void {
    if (!this.phase.layers.some(({ own }) => own.has(id))) return;
    throw new GeodesicError(
      'emit.unsupported',
      `'${name}' is used outside of its layer and the next one: such a model can't be compiled ahead of time; run it in a session`,
    );
  }

  #label(node: AnyNode): Pick<Step, 'name' | 'fallback'> {
    if (this.phase.isShared(node.id)) return { fallback: qualifiedName(node) };
    return hiddenName(this.phase, node, node.name, this.reserved);
  }

  #upload(id: number): Step {
    const { fallback, isLeaf } = this.step(this.hostKey(id));
    return {
      operands: [this.hostKey(id)],
      write: ([array]) => call('upload', code('tf'), array as Expression),
      fallback: isLeaf ? `${fallback}OnDevice` : fallback,
    };
  }

  /** A stream of the rows that the caller gave. */
  #stream({ name }: AnyNode): Step {
    const stream = name.slice(TOKENS.length + 1);
    this.streams.add(stream);
    return { operands: [], write: () => code(stream), fallback: stream, isLeaf: true };
  }

  #protection(): Step {
    this.isProtecting = true;
    return {
      operands: [],
      write: () => call('protectionOf', code('rows'), code('protectedTokens')),
      fallback: 'protection',
    };
  }
}

/** A stream of the cached tokens. */
function cachedStep({ name }: AnyNode): Step {
  const { domain, stream } = cachedStream(name);
  return { operands: [], write: () => code(`caches.${domain}.${stream}`), fallback: stream, isLeaf: true };
}
