import {
  addDims,
  type Dim,
  type DimBindings,
  evaluateDim,
  type HostArray,
  printDim,
  symbolicDim,
} from '@geodesic/compiler';
import { capacityOf, spareOf } from './buffer-dims.js';
import type { GraphNodes } from './graph-nodes.js';
import type { NodeName } from './node-name.js';

/** Sizes of one shape, each the product of some dims. */
type Products = readonly (readonly Dim[])[];

/** Small arrays that a run computes from the sizes of its shapes, and feeds. */
export class ComputedFeeds {
  readonly #computed = new Map<NodeName, (bindings: DimBindings) => HostArray>();
  readonly #byKey = new Map<string, NodeName>();
  readonly #sizes: Products[number][] = [];
  readonly #derived = new Map<string, (bindings: DimBindings) => number>();
  #table: NodeName | undefined;

  constructor(readonly graph: GraphNodes) {}

  /** What is fed for each placeholder. */
  get computed(): ReadonlyMap<NodeName, (bindings: DimBindings) => HostArray> {
    return this.#computed;
  }

  /** A shape of which two or more sizes are unknown. All of them are parts of one list. */
  shape(sizes: Products): NodeName {
    const key = `shape ${sizes.map((dims) => dims.map(printDim).join('·')).join(', ')}`;
    return this.#once(key, () => {
      this.#table ??= this.#feed((bindings) => table(this.#sizes, bindings), [-1]);
      const start = this.#sizes.length;
      this.#sizes.push(...sizes);
      return this.graph.slice(this.#table, [start], [sizes.length], 'int32');
    });
  }

  /** Zeros of a shape with two or more unknown sizes, once for all that want them. */
  zeros(shape: readonly Dim[]): NodeName {
    return this.#once(`zeros ${shape.map(printDim).join(', ')}`, () => {
      const sizes = this.shape(shape.map((dim) => [dim]));
      return this.graph.op('Fill', [sizes, this.graph.scalar(0)], { index_type: { type: 'int32' } });
    });
  }

  /** The first `i` of `count` parts of a dim, which are as equal as whole numbers can be; the larger ones come first. */
  prefixOf(dim: Dim, i: number, count: number): Dim {
    if (i === 0 || i === count) return i === 0 ? 0 : dim;
    const prefix = (size: number) => Math.ceil((size * i) / count);
    if (typeof dim === 'number') return prefix(dim);
    return this.#derive(`${i}/${count}(${printDim(dim)})`, (bindings) => prefix(evaluateDim(dim, bindings)));
  }

  /** end − begin. */
  between(begin: Dim, end: Dim): Dim {
    if (begin === 0) return end;
    if (typeof begin === 'number' && typeof end === 'number') return end - begin;
    return this.#derive(
      `${printDim(end)}−${printDim(begin)}`,
      (bindings) => evaluateDim(end, bindings) - evaluateDim(begin, bindings),
    );
  }

  /** Paddings [axes, 2] that put the spare capacity of a token axis behind one axis. */
  spareBehind(axis: number, axes: number, tokens: Dim): NodeName {
    const spare = spareOf(tokens);
    return this.#once(`spare ${printDim(tokens)} behind ${axis} of ${axes}`, () =>
      this.#feed(
        (bindings) => {
          const data = new Int32Array(2 * axes);
          data[2 * axis + 1] = evaluateDim(spare, bindings);
          return { shape: [axes, 2], data };
        },
        [axes, 2],
      ),
    );
  }

  /** Which rows of a buffer [rows · heads · capacity, ·] new tokens go to, behind those that it has: see `appendedRows`. */
  appendedRows(rows: Dim, heads: number, past: Dim, added: Dim): NodeName {
    const key = `rows ${[rows, heads, past, added].map(printDim).join()}`;
    const capacity = capacityOf(addDims(past, added));
    return this.#once(key, () =>
      this.#feed(
        (bindings) => {
          const [b, p, n, c] = [rows, past, added, capacity].map((dim) => evaluateDim(dim, bindings));
          return appendedRows((b as number) * heads, p as number, n as number, c as number);
        },
        [-1],
      ),
    );
  }

  /** A dim that follows from others. */
  #derive(symbol: string, evaluate: (bindings: DimBindings) => number): Dim {
    this.#derived.set(symbol, evaluate);
    return symbolicDim(symbol);
  }

  /** Dims that follow from others are bound in the order they were asked for, since some follow from each other. */
  #withDerived(bindings: DimBindings): DimBindings {
    const all = new Map(bindings);
    for (const [symbol, evaluate] of this.#derived) all.set(symbol, evaluate(all));
    return all;
  }

  #once(key: string, make: () => NodeName): NodeName {
    const name = this.#byKey.get(key) ?? make();
    this.#byKey.set(key, name);
    return name;
  }

  #feed(compute: (bindings: DimBindings) => HostArray, shape: readonly number[]): NodeName {
    const placeholder = this.graph.placeholder('int32', shape);
    this.#computed.set(placeholder, (bindings) => compute(this.#withDerived(bindings)));
    return placeholder;
  }
}

function table(sizes: Products, bindings: DimBindings): HostArray {
  const data = Int32Array.from(sizes, (dims) =>
    dims.reduce<number>((product, dim) => product * evaluateDim(dim, bindings), 1),
  );
  return { shape: [data.length], data };
}

/** For each of `lists` consecutive lists of `capacity` rows, the `added` rows behind the first `past`. */
function appendedRows(lists: number, past: number, added: number, capacity: number): HostArray {
  const data = new Int32Array(lists * added);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.floor(i / added) * capacity + past + (i % added);
  }
  return { shape: [data.length], data };
}
