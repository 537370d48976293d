import type { AnyNode, Node, ValueId } from '../ir/graph.js';
import { typesEqual } from '../ir/tensor-type.js';
import type { FusionRule } from './fusion-rule.js';
import { type GraphUses, isOneOf } from './graph-uses.js';
import type { FusedActivation, Projection } from './kernel-step.js';

const ACTIVATIONS = ['silu', 'gelu', 'geluTanh', 'relu'] as const satisfies readonly FusedActivation[];

/** activation(x · gate) * (x · up), as in a gated MLP. */
export const gatedProduct: FusionRule = {
  name: 'gatedProduct',
  match(root, { uses }) {
    if (root.op !== 'mul') return undefined;
    const [a, b] = root.inputs as [ValueId, ValueId];
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      const activation = uses.swallowed(first, ACTIVATIONS);
      const gate = activation && uses.swallowed(activation.inputs[0] as ValueId, ['linear']);
      const up = uses.swallowed(second, ['linear']);
      if (activation === undefined || gate === undefined || up === undefined) continue;
      if (gate.inputs[0] !== up.inputs[0] || !typesEqual(gate.type, up.type)) continue;
      return [
        {
          kind: 'gatedProduct',
          x: gate.inputs[0] as ValueId,
          gate: projectionOf(gate),
          up: projectionOf(up),
          activation: activation.op,
          output: root.id,
        },
      ];
    }
    return undefined;
  },
};

/** residual + x · weight. */
export const productWithResidual: FusionRule = {
  name: 'productWithResidual',
  match(root, { uses }) {
    const found = residualOf(root, uses, ['linear']);
    if (found === undefined) return undefined;
    const { swallowed: product, residual } = found;
    return [
      {
        kind: 'productInto',
        x: product.inputs[0] as ValueId,
        projection: projectionOf(product),
        activation: undefined,
        residual,
        output: root.id,
      },
    ];
  },
};

/** activation(x · weight). */
export const productWithActivation: FusionRule = {
  name: 'productWithActivation',
  match(root, { uses }) {
    if (!isOneOf(root, ACTIVATIONS)) return undefined;
    const product = uses.swallowed(root.inputs[0] as ValueId, ['linear']);
    if (product === undefined) return undefined;
    return [
      {
        kind: 'productInto',
        x: product.inputs[0] as ValueId,
        projection: projectionOf(product),
        activation: root.op,
        residual: undefined,
        output: root.id,
      },
    ];
  },
};

/** residual + norm(x). */
export const normWithResidual: FusionRule = {
  name: 'normWithResidual',
  match(root, { uses }) {
    const found = residualOf(root, uses, ['rmsNorm', 'layerNorm']);
    if (found === undefined) return undefined;
    return [{ kind: 'normInto', norm: found.swallowed, residual: found.residual, output: root.id }];
  },
};

/** A product by itself. */
export const product: FusionRule = {
  name: 'product',
  match(root) {
    if (root.op !== 'linear') return undefined;
    return [{ kind: 'products', x: root.inputs[0] as ValueId, projections: [projectionOf(root)] }];
  },
};

/** The later operand of an addition that a fusion may swallow, and the other one, which has the same type. */
function residualOf<K extends 'linear' | 'rmsNorm' | 'layerNorm'>(
  root: AnyNode,
  uses: GraphUses,
  ops: readonly K[],
): { readonly swallowed: AnyNode & { readonly op: K }; readonly residual: ValueId } | undefined {
  if (root.op !== 'add') return undefined;
  const [later, earlier] = [...root.inputs].sort((a, b) => b - a) as [ValueId, ValueId];
  for (const [operand, residual] of [
    [later, earlier],
    [earlier, later],
  ] as const) {
    const swallowed = uses.swallowed(operand, ops);
    const fits = [operand, residual].every((id) => typesEqual(uses.node(id).type, root.type));
    if (swallowed !== undefined && fits && operand !== residual) return { swallowed, residual };
  }
  return undefined;
}

function projectionOf({ id, inputs }: Pick<Node<'linear'>, 'id' | 'inputs'>): Projection {
  const [, weight, bias] = inputs as [ValueId, ValueId, ValueId?];
  return { weight, bias, output: id };
}
