import { type Dim, printDim } from '@geodesic/compiler';
import type { DataType } from '../graph-def/graph-def.js';
import { spareOf } from './buffer-dims.js';
import type { GraphUnderConstruction } from './graph-under-construction.js';
import { HEADS_FIRST } from './heads-first.js';
import type { NodeName } from './node-name.js';

/**
 * A value of the compiler's graph in a TensorFlow graph: with the axes it has, or as a matrix of its last axis, whichever its users
 * ask for. Most of a layer works on matrices [rows · tokens, features]; each conversion is made once.
 */
export class GraphValue {
  #whole: NodeName | undefined;
  #inOrder: NodeName | undefined;
  #compute: ((factor: number) => GraphValue) | undefined;
  #terms: readonly NodeName[] | undefined;
  #matrix: NodeName | undefined;
  #headsFirst: NodeName | undefined;
  #buffer: NodeName | undefined;
  #rowHalves: readonly NodeName[] | undefined;
  #columnHalves: readonly NodeName[] | undefined;
  readonly #multiples = new Map<number, GraphValue>();
  readonly #once = new Map<string, NodeName>();

  private constructor(
    readonly graph: GraphUnderConstruction,
    readonly axes: readonly Dim[],
    readonly dtype: DataType,
    /** Whether it is a mask [B, 1, N, N] of tokens over themselves, in which none sees one behind it. */
    readonly isCausal = false,
  ) {}

  /** A value whose node has all its axes. */
  static whole(
    graph: GraphUnderConstruction,
    axes: readonly Dim[],
    node: NodeName,
    dtype: DataType = 'float32',
  ): GraphValue {
    const value = new GraphValue(graph, axes, dtype);
    value.#whole = node;
    return value;
  }

  /** A mask [B, 1, N, N] of tokens over themselves, in which none sees one behind it. */
  static causalMask(graph: GraphUnderConstruction, axes: readonly Dim[], node: NodeName): GraphValue {
    const value = new GraphValue(graph, axes, 'float32', true);
    value.#whole = node;
    return value;
  }

  /** A value whose node has two axes: the last of the value's, and all others as one. */
  static matrix(graph: GraphUnderConstruction, axes: readonly Dim[], node: NodeName): GraphValue {
    const value = new GraphValue(graph, axes, 'float32');
    value.#matrix = node;
    return value;
  }

  /**
   * A value of many tokens [B, N, …, features] whose matrix is at hand, in halves: work on tokens goes on in halves whatever it begins
   * with, so that nobody's reading or replacing a value changes a bit of what follows.
   */
  static ofTokens(graph: GraphUnderConstruction, axes: readonly Dim[], matrix: NodeName): GraphValue {
    if (!graph.halvesTokens(axes)) return GraphValue.matrix(graph, axes, matrix);
    return GraphValue.halved(graph, axes, graph.splitRows(matrix, axes.slice(0, -1)));
  }

  /** A value whose matrix is computed as two halves of its rows. */
  static halved(
    graph: GraphUnderConstruction,
    axes: readonly Dim[],
    halves: readonly NodeName[],
  ): GraphValue {
    const value = new GraphValue(graph, axes, 'float32');
    value.#rowHalves = halves;
    return value;
  }

  /** A value whose node has its numbers in their order, in another shape. */
  static inOrder(
    graph: GraphUnderConstruction,
    axes: readonly Dim[],
    node: NodeName,
    dtype: DataType = 'float32',
  ): GraphValue {
    const value = new GraphValue(graph, axes, dtype);
    value.#inOrder = node;
    return value;
  }

  /**
   * A value that is computed when it is asked for, times a factor at no further cost if that is a power of 2: any other would round
   * what others get who multiply the value itself, as behind a patch.
   */
  static scalable(
    graph: GraphUnderConstruction,
    axes: readonly Dim[],
    compute: (factor: number) => GraphValue,
  ): GraphValue {
    const value = new GraphValue(graph, axes, 'float32');
    value.#compute = compute;
    return value;
  }

  /** A value whose matrix is the sum of nodes, which whoever adds to it adds up too. */
  static sum(graph: GraphUnderConstruction, axes: readonly Dim[], terms: readonly NodeName[]): GraphValue {
    const value = new GraphValue(graph, axes, 'float32');
    value.#terms = terms;
    return value;
  }

  /** Keys or values [B, T, heads, dim] in a buffer [B, heads, capacity, dim], of which the first T tokens count. */
  static buffered(graph: GraphUnderConstruction, axes: readonly Dim[], buffer: NodeName): GraphValue {
    const value = new GraphValue(graph, axes, 'float32');
    value.#buffer = buffer;
    return value;
  }

  /** The node with all axes. */
  get whole(): NodeName {
    if (this.#compute !== undefined) return this.times(1).whole;
    this.#whole ??=
      this.#buffer === undefined
        ? this.graph.reshape(this.inOrder, this.axes, this.dtype)
        : this.#unbuffered(this.#buffer);
    return this.#whole;
  }

  /** A node with the numbers in their order, of whatever shape: for those who reshape it. */
  get inOrder(): NodeName {
    if (this.#compute !== undefined) return this.times(1).inOrder;
    return this.#whole ?? this.#inOrder ?? (this.#buffer === undefined ? this.matrix : this.whole);
  }

  /** The value times a factor. */
  times(factor: number): GraphValue {
    if (factor === 1 && this.#compute === undefined) return this;
    const multiple = this.#multiples.get(factor) ?? this.#multiple(factor);
    this.#multiples.set(factor, multiple);
    return multiple;
  }

  /** The nodes whose sum the matrix is, unless that was computed. */
  get terms(): readonly NodeName[] | undefined {
    return this.#matrix === undefined ? this.#terms : undefined;
  }

  /** The buffer of a value that lies in one. */
  get buffer(): NodeName | undefined {
    return this.#buffer;
  }

  /** Keys or values without a buffer as [B, heads, T, dim]. */
  get headsFirst(): NodeName {
    const [rows, tokens, heads, dim] = this.axes as readonly [Dim, Dim, Dim, Dim];
    if (this.#headsFirst === undefined && this.isParted) {
      this.#headsFirst = this.graph.concat(this.headsFirstHalves, 2);
    }
    this.#headsFirst ??=
      tokens === 1
        ? this.graph.reshape(this.inOrder, [rows, heads, 1, dim], this.dtype)
        : this.graph.transpose(this.whole, HEADS_FIRST, this.dtype);
    return this.#headsFirst;
  }

  /** Whether it is keys or values of one row that were computed as two halves of its tokens. */
  get isParted(): boolean {
    return this.axes.length === 4 && this.axes[0] === 1 && this.#rowHalves !== undefined;
  }

  /** Keys or values that are parted, as [1, heads, ·, dim] of each half. */
  get headsFirstHalves(): readonly NodeName[] {
    const [, , heads, dim] = this.axes as readonly [Dim, Dim, Dim, Dim];
    return this.rowHalves.map((half) =>
      this.graph.transpose(this.graph.reshape(half, [1, -1, heads, dim]), HEADS_FIRST),
    );
  }

  /** The node as a matrix. */
  get matrix(): NodeName {
    if (this.isHalved) this.#matrix = this.graph.concat(this.rowHalves, 0);
    if (this.#terms !== undefined) this.#matrix ??= this.graph.sum(this.#terms);
    if (this.axes.length === 2 && this.#matrix === undefined) return this.whole;
    this.#matrix ??= this.graph.reshape(
      this.inOrder,
      [this.axes.slice(0, -1), this.axes.at(-1) ?? 1],
      this.dtype,
    );
    return this.#matrix;
  }

  /** Whether its matrix takes no further node. */
  get isMatrix(): boolean {
    const isComputedAsOne = this.#matrix !== undefined || this.#terms !== undefined || this.isHalved;
    return isComputedAsOne || this.axes.length === 2;
  }

  /** The matrix in two: the rows of the first half of the tokens, as equal as can be, and the others. */
  get rowHalves(): readonly NodeName[] {
    this.#rowHalves ??= this.graph.splitRows(this.matrix, this.axes.slice(0, -1));
    return this.#rowHalves;
  }

  /** Whether its rows were computed as two halves, which work on them goes on with. */
  get isHalved(): boolean {
    return this.#rowHalves !== undefined && this.#matrix === undefined && this.#whole === undefined;
  }

  /** The halves of the matrix along its second axis, which has an even size. */
  get columnHalves(): readonly NodeName[] {
    this.#columnHalves ??= this.graph.split(this.matrix, 2, 1);
    return this.#columnHalves;
  }

  /** A value of the same axes, computed from the node at hand by an op that treats all axes but the last alike. */
  map(compute: (x: NodeName) => NodeName, last = this.axes.at(-1)): GraphValue {
    const axes = last === undefined ? this.axes : [...this.axes.slice(0, -1), last];
    if (this.isHalved) return GraphValue.halved(this.graph, axes, this.rowHalves.map(compute));
    return this.isMatrix
      ? GraphValue.matrix(this.graph, axes, compute(this.matrix))
      : GraphValue.whole(this.graph, axes, compute(this.whole), this.dtype);
  }

  /** Keys or values without a buffer in a new one. */
  newBuffer(): NodeName {
    const tokens = this.axes[1] as Dim;
    const [rows, , heads, dim] = this.axes as readonly [Dim, Dim, Dim, Dim];
    const room = this.graph.feeds.zeros([rows, heads, spareOf(tokens), dim]);
    return this.graph.concat([...(this.isParted ? this.headsFirstHalves : [this.headsFirst]), room], 2);
  }

  /** The same value as one that lies in no buffer. */
  withoutBuffer(): GraphValue {
    return GraphValue.whole(this.graph, this.axes, this.whole, this.dtype);
  }

  /** A node that is made of this value once for all that want it, by a key. */
  once(key: string, make: () => NodeName): NodeName {
    const node = this.#once.get(key) ?? make();
    this.#once.set(key, node);
    return node;
  }

  #multiple(factor: number): GraphValue {
    if (this.#compute === undefined) return this.#product(factor);
    return Number.isInteger(Math.log2(factor)) ? this.#compute(factor) : this.times(1).times(factor);
  }

  #product(factor: number): GraphValue {
    const { graph, axes } = this;
    const multiplied = (node: NodeName) => graph.op('Mul', [node, graph.scalar(factor)]);
    if (this.isHalved) return GraphValue.halved(graph, axes, this.rowHalves.map(multiplied));
    const node = multiplied(this.inOrder);
    return this.#whole === undefined
      ? GraphValue.inOrder(graph, axes, node)
      : GraphValue.whole(graph, axes, node);
  }

  #unbuffered(buffer: NodeName): NodeName {
    const [rows, tokens, heads, dim] = this.axes as readonly [Dim, Dim, Dim, Dim];
    const sizes = this.graph.feeds.shape([[rows], [heads], [tokens], [dim]]);
    const inputs = [buffer, this.graph.integers([0, 0, 0, 0]), sizes];
    const valid = this.graph.op('Slice', inputs, { Index: { type: 'int32' } });
    return this.graph.transpose(valid, HEADS_FIRST);
  }
}

/** Whether two values have the same axes. */
export function sameAxes(a: GraphValue, b: GraphValue): boolean {
  return a.axes.map(printDim).join() === b.axes.map(printDim).join();
}
