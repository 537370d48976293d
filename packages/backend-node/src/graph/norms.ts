import type { GraphUnderConstruction } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';
import type { GraphLowerings } from './lowering-types.js';
import type { NodeName } from './node-name.js';

export const norms: GraphLowerings<'rmsNorm' | 'layerNorm'> = {
  rmsNorm(graph, inputs, { eps }, axes) {
    const [x, weight] = inputs as readonly [GraphValue, GraphValue];
    if (isOneVector(x)) {
      return GraphValue.matrix(graph, axes, vectorOverRoot(graph, x, weight.whole, eps));
    }
    return x.map((node) => graph.op('Mul', [overRoot(graph, node, eps), weight.whole]));
  },

  layerNorm(graph, inputs, { eps }, axes) {
    const [x, weight, bias] = inputs as readonly [GraphValue, GraphValue, GraphValue | undefined];
    const normed = (node: NodeName): NodeName => {
      const centred = graph.op('Sub', [node, graph.reduce('Mean', node, [-1])]);
      const scaled = graph.op('Mul', [overRoot(graph, centred, eps), weight.whole]);
      return bias === undefined ? scaled : graph.op('AddV2', [scaled, bias.whole]);
    };
    // Weights of one vector a head need the axis of the heads.
    return weight.axes.length > 1 ? GraphValue.whole(graph, axes, normed(x.whole)) : x.map(normed);
  },
};

/** x / √(mean(x²) + eps), the mean over the last axis. */
function overRoot(graph: GraphUnderConstruction, x: NodeName, eps: number): NodeName {
  const meanSquare = graph.reduce('Mean', graph.op('Square', [x]), [-1]);
  const inverse = graph.op('Rsqrt', [graph.op('AddV2', [meanSquare, graph.scalar(eps)])]);
  return graph.op('Mul', [x, inverse]);
}

/** Whether a value has a single vector along its last axis. */
function isOneVector({ axes }: GraphValue): boolean {
  return axes.length > 1 && axes.slice(0, -1).every((size) => size === 1);
}

/**
 * x / √(x · x / n + eps) ⊙ w for one vector x of n numbers, as (x ⊙ w√n) / √(x · x + n · eps): a product with itself takes one op, and
 * what has the weight in it doesn't wait for that.
 */
function vectorOverRoot(
  graph: GraphUnderConstruction,
  x: GraphValue,
  weight: NodeName,
  eps: number,
): NodeName {
  const size = x.axes.at(-1) as number;
  const square = graph.op('MatMul', [x.matrix, x.matrix], { transpose_b: { boolean: true } });
  const inverse = graph.op('Rsqrt', [graph.op('AddV2', [square, graph.scalar(size * eps)])]);
  const weights = graph.op('Mul', [weight, graph.scalar(Math.sqrt(size))]);
  return graph.op('Mul', [graph.op('Mul', [x.matrix, weights]), inverse]);
}
