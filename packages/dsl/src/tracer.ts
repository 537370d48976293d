import {
  cacheName,
  domainSymbols,
  GeodesicError,
  type Graph,
  GraphBuilder,
  isLeaf,
  type LeafOp,
  type NodeLabel,
  type OpAttributes,
  type OpName,
  type Phase,
  type SourceLocation,
  symbolicDim,
  type TensorType,
  tensorType,
  type ValueId,
} from '@geodesic/compiler';
import type { Block } from './block.js';
import { callerOf } from './source-location.js';
import { Tensor } from './tensor.js';
import { type TokenStreams, tokenStreams } from './token-streams.js';

/** Builds the graph of one phase of a model: keeps the path, the weights, the streams and the caches. */
export class Tracer {
  readonly tokens: TokenStreams;
  readonly #builder: GraphBuilder;
  readonly #parameters = new Map<string, Tensor>();
  readonly #outputs = new Map<string, ValueId>();
  #path = '';
  #source: SourceLocation | undefined;
  #locateOps = false;

  constructor(
    modelName: string,
    readonly phase: Phase,
  ) {
    this.#builder = new GraphBuilder(`${modelName}.${phase}`);
    this.tokens = tokenStreams(this);
  }

  get path(): string {
    return this.#path;
  }

  /** Runs `body` below `name`; its nodes are located at the place's source, or each where it is made. */
  within<T>(name: string | undefined, place: Pick<Block, 'source' | 'locateOps'>, body: () => T): T {
    const outer = { path: this.#path, source: this.#source, locateOps: this.#locateOps };
    if (name !== undefined) this.#path = this.pathOf(name);
    this.#source = place.source ?? this.#source;
    this.#locateOps = place.locateOps ?? false;
    try {
      return body();
    } finally {
      this.#path = outer.path;
      this.#source = outer.source;
      this.#locateOps = outer.locateOps;
    }
  }

  pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  emit<K extends Exclude<OpName, LeafOp>>(
    op: K,
    inputs: readonly Tensor[],
    attributes: OpAttributes[K],
    callee: (...args: never[]) => Tensor,
  ): Tensor {
    const name = this.#builder.freeName(this.pathOf(op));
    const ids = inputs.map((input) => this.#own(input));
    return this.#tensor(this.#builder.add(op, ids, attributes, this.#label(name, callee)));
  }

  /** A value fed at each run. */
  input(name: string, type: TensorType): Tensor {
    return this.#tensor(this.#builder.leaf('input', type, this.#label(name)));
  }

  /**
   * The weight at an absolute path; asking twice gives the same one.
   *
   * @throws GeodesicError `dsl.weight` for sizes that are no whole numbers above 0, and for two shapes of one weight
   */
  parameter(path: string, shape: readonly number[]): Tensor {
    checkShape(path, shape);
    const known = this.#parameters.get(path);
    if (known !== undefined) {
      const { axes } = known.type;
      const isSame = axes.length === shape.length && axes.every(({ size }, i) => size === shape[i]);
      if (isSame) return known;
      throw new GeodesicError(
        'dsl.weight',
        `the weight '${path}' is asked for as [${shape}], and was as [${axes.map(({ size }) => size)}] before`,
      );
    }
    const parameter = this.#tensor(
      this.#builder.leaf('parameter', tensorType('f32', shape), this.#label(path)),
    );
    this.#parameters.set(path, parameter);
    return parameter;
  }

  /**
   * The value of the whole context: in a decode graph what earlier steps cached, followed by `added`; in a prefill graph
   * `added` itself. The result is cached for the next step as `cache.<path>`.
   */
  cached(path: string, added: Tensor): Tensor {
    const name = cacheName(path);
    const context = this.phase === 'prefill' ? added : this.#appended(name, added);
    this.output(name, context);
    return context;
  }

  /**
   * Renames a value to a path that captures, patches and passes can rely on.
   *
   * @throws GeodesicError `dsl.name` for a weight, an input or a state, and for a value that was made elsewhere in the model
   */
  named(name: string, tensor: Tensor): Tensor {
    const { op, name: current } = this.#builder.node(this.#own(tensor));
    const refuse = (what: string, why: string) =>
      new GeodesicError(
        'dsl.name',
        `${what} '${current}' can't be renamed to '${this.pathOf(name)}': ${why}`,
      );
    if (op === 'parameter') throw refuse('the weight', 'its path is its name in checkpoints');
    if (isLeaf(op)) throw refuse(`the ${op}`, 'sessions know it by its name');
    if (!current.startsWith(this.pathOf('')))
      throw refuse('the value', 'it was made elsewhere, and passes may know it by its name');
    this.#builder.rename(tensor.id, this.pathOf(name));
    return tensor;
  }

  output(name: string, tensor: Tensor): void {
    this.#outputs.set(name, this.#own(tensor));
  }

  finish(): Graph {
    return this.#builder.finish(this.#outputs);
  }

  #appended(name: string, added: Tensor): Tensor {
    const { dtype, axes } = added.type;
    const past = axes.map((entry) =>
      entry.domain === undefined
        ? entry
        : { ...entry, size: symbolicDim(domainSymbols(entry.domain).cached) },
    );
    const state = this.#tensor(this.#builder.leaf('state', { dtype, axes: past }, this.#label(name)));
    const id = this.#builder.add('cacheAppend', [state.id, added.id], {}, this.#label(`${name}.appended`));
    return this.#tensor(id);
  }

  /** The id of a tensor of this trace: one that a block kept from another trace would stand for some other value. */
  #own(tensor: Tensor): ValueId {
    if (!(tensor instanceof Tensor)) {
      throw new GeodesicError(
        'dsl.tensor',
        `at '${this.#path}': ${String(tensor)} stands where a tensor should; look for an operand that was left out, or a block that returns nothing`,
      );
    }
    if (tensor.tracer === this) return tensor.id;
    throw new GeodesicError(
      'dsl.foreign-tensor',
      // Of the two traces one is over, and has no path any more.
      `at '${this.#path || tensor.tracer.path}': a tensor of another trace is used; make it anew each time the block is applied`,
    );
  }

  #tensor(id: ValueId): Tensor {
    return new Tensor(this, id, this.#builder.node(id).type);
  }

  /** Located where `callee` was called, in a block that locates its ops, or else where the block was declared. */
  #label(name: string, callee?: (...args: never[]) => Tensor): NodeLabel {
    const source = (callee && this.#locateOps ? callerOf(callee) : undefined) ?? this.#source;
    return source === undefined ? { name } : { name, source };
  }
}

function checkShape(path: string, shape: readonly number[]): void {
  if (Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size > 0)) return;
  throw new GeodesicError(
    'dsl.weight',
    `the weight '${path}' is asked for as [${shape}]: sizes are whole numbers above 0`,
  );
}
