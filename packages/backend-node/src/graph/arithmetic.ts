import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue, sameAxes } from './graph-value.js';
import type { GraphLowering, GraphLowerings } from './lowering-types.js';
import type { NodeName } from './node-name.js';

/** A lowering of any op without attributes. */
type PlainLowering = GraphLowering<'neg'>;

const unary =
  (compute: (graph: GraphUnderConstruction, x: NodeName) => NodeName): PlainLowering =>
  (graph, inputs) =>
    (inputs[0] as GraphValue).map((x) => compute(graph, x));

const unaryOp = (op: string) => unary((graph, x) => graph.op(op, [x]));

/** Both operands as matrices where that broadcasts alike: equal axes, or one of them has a single axis at most. */
const binary =
  (op: string): PlainLowering =>
  (graph, inputs, _, axes) => {
    const [a, b] = inputs as readonly [GraphValue, GraphValue];
    const oneIsShort = a.axes.length < 2 || b.axes.length < 2;
    if ((a.isHalved || b.isHalved) && (oneIsShort || sameAxes(a, b))) {
      const half = (value: GraphValue, i: 0 | 1) =>
        value.axes.length < 2 ? value.whole : (value.rowHalves[i] as NodeName);
      const halves = ([0, 1] as const).map((i) => graph.op(op, [half(a, i), half(b, i)]));
      return GraphValue.halved(graph, axes, halves);
    }
    if (op === 'AddV2' && sameAxes(a, b) && (a.terms ?? b.terms) !== undefined) {
      const [sum, other] = a.terms === undefined ? [b, a] : [a, b];
      // The sum's own terms come first: its numbers are then those that it has when it is read by itself.
      const terms = [...(sum.terms as readonly NodeName[]), other.matrix];
      return GraphValue.matrix(graph, axes, graph.sum(terms));
    }
    if ((a.isMatrix || b.isMatrix) && (oneIsShort || sameAxes(a, b))) {
      const [left, right] = [a, b].map((value) => (value.axes.length < 2 ? value.whole : value.matrix));
      return GraphValue.matrix(graph, axes, graph.op(op, [left as NodeName, right as NodeName]));
    }
    return GraphValue.whole(graph, axes, graph.op(op, [a.whole, b.whole]));
  };

export const arithmetic: GraphLowerings<
  | 'constant'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
> = {
  constant: (graph, _, { value }) => GraphValue.whole(graph, [], graph.scalar(value)),
  add: binary('AddV2'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('RealDiv'),
  maximum: binary('Maximum'),
  minimum: binary('Minimum'),
  neg: unaryOp('Neg'),
  exp: unaryOp('Exp'),
  log: unaryOp('Log'),
  sqrt: unaryOp('Sqrt'),
  rsqrt: unaryOp('Rsqrt'),
};

export const activations: GraphLowerings<
  'tanh' | 'sigmoid' | 'relu' | 'silu' | 'gelu' | 'geluTanh' | 'softmax'
> = {
  tanh: unaryOp('Tanh'),
  sigmoid: unaryOp('Sigmoid'),
  relu: unaryOp('Relu'),
  silu: unary((graph, x) => graph.op('Mul', [x, graph.op('Sigmoid', [x])])),
  gelu: unary(gelu),
  geluTanh: unary(geluTanh),
  softmax: unaryOp('Softmax'),
};

/** x/2 · (1 + erf(x / √2)). */
function gelu(graph: GraphUnderConstruction, x: NodeName): NodeName {
  const erf = graph.op('Erf', [graph.op('Mul', [x, graph.scalar(Math.SQRT1_2)])]);
  return halved(graph, x, erf);
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
function geluTanh(graph: GraphUnderConstruction, x: NodeName): NodeName {
  const cube = graph.op('Mul', [graph.op('Mul', [x, graph.op('Square', [x])]), graph.scalar(0.044715)]);
  const inner = graph.op('Mul', [graph.op('AddV2', [x, cube]), graph.scalar(Math.sqrt(2 / Math.PI))]);
  return halved(graph, x, graph.op('Tanh', [inner]));
}

/** x/2 · (1 + y). */
function halved(graph: GraphUnderConstruction, x: NodeName, y: NodeName): NodeName {
  return graph.op('Mul', [graph.op('Mul', [x, graph.scalar(0.5)]), graph.op('AddV2', [y, graph.scalar(1)])]);
}
