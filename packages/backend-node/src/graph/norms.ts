import type { GraphLowerings } from './graph-lowering.js';
import type { GraphUnderConstruction, NodeName } from './graph-under-construction.js';
import { GraphValue } from './graph-value.js';

export const norms: GraphLowerings<'rmsNorm' | 'layerNorm'> = {
  rmsNorm(graph, inputs, { eps }) {
    const [x, weight] = inputs as readonly [GraphValue, GraphValue];
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
