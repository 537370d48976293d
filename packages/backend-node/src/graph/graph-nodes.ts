import type { Attribute, ConstantValue, DataType, NodeDef } from '../graph-def/graph-def.js';
import type { NodeName } from './node-name.js';

/** What is another node each time: what is fed or fetched by its name, and what writes to memory. */
const NEVER_SHARED: readonly string[] = ['Placeholder', 'Identity', 'InplaceUpdate'];

/** Collects the nodes of a TensorFlow graph. What is asked for again is the same node: an op of the same inputs, a constant. */
export class GraphNodes {
  readonly nodes: NodeDef[] = [];
  /** What the nodes from here on are part of: the name of a value. */
  source = '';
  /** By node. */
  readonly sources = new Map<NodeName, string>();
  readonly #constants = new Map<string, NodeName>();
  readonly #ops = new Map<string, NodeName>();

  /** Adds an op and gives its name. `T` is the dtype that most ops are generic in; null for those that have none. */
  op(
    op: string,
    inputs: readonly NodeName[],
    attributes: Readonly<Record<string, Attribute>> = {},
    T: DataType | null = 'float32',
  ): NodeName {
    const typed = T === null ? attributes : { T: { type: T }, ...attributes };
    if (NEVER_SHARED.includes(op)) return this.#add(op, inputs, typed);
    const key = `${op} ${inputs} ${JSON.stringify(typed)}`;
    const name = this.#ops.get(key) ?? this.#add(op, inputs, typed);
    this.#ops.set(key, name);
    return name;
  }

  /** A value that is fed at each run; −1 is a size that is known then only. */
  placeholder(dtype: DataType, shape: readonly number[]): NodeName {
    return this.#add('Placeholder', [], { dtype: { type: dtype }, shape: { shape } });
  }

  constant(value: ConstantValue): NodeName {
    const dtype = value.data instanceof Int32Array ? 'int32' : 'float32';
    const key = `${dtype} ${value.shape} ${value.data}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = this.#add('Const', [], { dtype: { type: dtype }, value: { constant: value } });
      this.#constants.set(key, name);
    }
    return name;
  }

  scalar(value: number): NodeName {
    return this.constant({ shape: [], data: Float32Array.of(value) });
  }

  integer(value: number): NodeName {
    return this.constant({ shape: [], data: Int32Array.of(value) });
  }

  /** A list of whole numbers: axes, a permutation, a shape. */
  integers(values: readonly number[]): NodeName {
    return this.constant({ shape: [values.length], data: Int32Array.from(values) });
  }

  transpose(x: NodeName, permutation: readonly number[], T: DataType = 'float32'): NodeName {
    return this.op('Transpose', [x, this.integers(permutation)], { Tperm: { type: 'int32' } }, T);
  }

  /** Sum, Mean, Max over axes that stay with size 1. */
  reduce(op: 'Sum' | 'Mean' | 'Max', x: NodeName, axes: readonly number[]): NodeName {
    const attributes = { Tidx: { type: 'int32' }, keep_dims: { boolean: true } } as const;
    return this.op(op, [x, this.integers(axes)], attributes);
  }

  /** Of two or more nodes of the same shape. */
  sum(terms: readonly NodeName[]): NodeName {
    return terms.length === 2
      ? this.op('AddV2', terms)
      : this.op('AddN', terms, { N: { integer: terms.length } });
  }

  concat(parts: readonly NodeName[], axis: number, T: DataType = 'float32'): NodeName {
    const attributes = { N: { integer: parts.length }, Tidx: { type: 'int32' } } as const;
    return this.op('ConcatV2', [...parts, this.integer(axis)], attributes, T);
  }

  /** Equal parts along an axis: outputs of one node. */
  split(x: NodeName, count: number, axis: number): NodeName[] {
    const node = this.op('Split', [this.integer(axis), x], { num_split: { integer: count } });
    return Array.from({ length: count }, (_, i) => (i === 0 ? node : `${node}:${i}`));
  }

  cast(x: NodeName, from: DataType, to: DataType): NodeName {
    return this.op('Cast', [x], { SrcT: { type: from }, DstT: { type: to } }, null);
  }

  /** The part of x that starts at `begin`; −1 is all of an axis from there. */
  slice(x: NodeName, begin: readonly number[], sizes: readonly number[], T: DataType = 'float32'): NodeName {
    const inputs = [x, this.integers(begin), this.integers(sizes)];
    return this.op('Slice', inputs, { Index: { type: 'int32' } }, T);
  }

  /** x[begin:end]; bit i of a mask says of axis i that its begin or end doesn't count, or that one index of it is taken. */
  stridedSlice(
    x: NodeName,
    { begin, end }: { readonly begin: readonly number[]; readonly end: readonly number[] },
    masks: { readonly begin: number; readonly end: number; readonly shrink: number },
    T: DataType = 'float32',
  ): NodeName {
    const inputs = [x, ...[begin, end, begin.map(() => 1)].map((values) => this.integers(values))];
    const attributes = {
      Index: { type: 'int32' },
      begin_mask: { integer: masks.begin },
      end_mask: { integer: masks.end },
      shrink_axis_mask: { integer: masks.shrink },
    } as const;
    return this.op('StridedSlice', inputs, attributes, T);
  }

  /** x[:, :, index] of whole numbers. */
  column(x: NodeName, index: number): NodeName {
    const bounds = { begin: [0, 0, index], end: [0, 0, index + 1] };
    return this.stridedSlice(x, bounds, { begin: 0b011, end: 0b011, shrink: 0b100 }, 'int32');
  }

  /** What stands at the indices along an axis; the first `batchAxes` axes are those of the indices too. */
  gather(
    x: NodeName,
    indices: NodeName,
    { axis, batchAxes = 0 }: { readonly axis: number; readonly batchAxes?: number },
  ): NodeName {
    const attributes = {
      Tparams: { type: 'float32' },
      Tindices: { type: 'int32' },
      Taxis: { type: 'int32' },
      batch_dims: { integer: batchAxes },
    } as const;
    return this.op('GatherV2', [x, indices, this.integer(axis)], attributes, null);
  }

  /** Puts in an axis of size 1. */
  expand(x: NodeName, axis: number): NodeName {
    return this.op('ExpandDims', [x, this.integer(axis)], { Tdim: { type: 'int32' } });
  }

  #add(op: string, inputs: readonly NodeName[], attributes: Readonly<Record<string, Attribute>>): NodeName {
    const name = `n${this.nodes.length}`;
    this.nodes.push({ name, op, inputs, attributes });
    this.sources.set(name, this.source);
    return name;
  }
}
