import type { AnyNode, KernelStep, OpAttributes, Projection, StepOf } from '@geodesic/compiler';
import { binary, isBinary } from '../kernels/binary.js';
import { embeddingPacked } from '../kernels/embedding-packed.js';
import { layerNormInto } from '../kernels/layer-norm.js';
import { rmsNormInto } from '../kernels/rms-norm.js';
import { isUnary, unary } from '../kernels/unary.js';
import { cachedAttention, writeCaches } from './lower-attention.js';
import { gatedProduct, productInto, products } from './lower-products.js';
import { PackedPlanWeight } from './packed-plan-weight.js';
import type { PlanValue } from './plan-value.js';
import type { StepContext } from './step-context.js';

/** Records the dispatches of a step. */
export function lowerStep(step: KernelStep, context: StepContext): void {
  if (step.kind === 'products') {
    for (const [i, result] of products(step, context).entries()) {
      context.define((step.projections[i] as Projection).output, result);
    }
  } else if (step.kind === 'cacheKeys') {
    writeCaches(step, context);
  } else {
    context.define(step.kind === 'node' ? step.node.id : step.output, resultOf(step, context));
  }
}

function resultOf(
  step: Exclude<KernelStep, StepOf<'products' | 'cacheKeys'>>,
  context: StepContext,
): PlanValue {
  switch (step.kind) {
    case 'node':
      return lowerNode(step.node, context);
    case 'view':
      return context.value(step.of).as(context.shapeOf(step.output));
    case 'productInto':
      return productInto(step, context);
    case 'gatedProduct':
      return gatedProduct(step, context);
    case 'normInto':
      return normInto(step, context);
    case 'cachedAttention':
      return cachedAttention(step, context);
  }
}

function lowerNode(node: AnyNode, context: StepContext): PlanValue {
  const { recorder, kernels } = context;
  const inputs = node.inputs.map((id) => context.value(id));
  const [, table] = inputs;
  if (node.op === 'embedding' && table instanceof PackedPlanWeight) {
    return embeddingPacked(kernels)(inputs[0] as PlanValue, table);
  }
  if (node.op === 'constant') return context.numbers([node.attributes.value]);
  if (isUnary(node.op)) return unary(kernels, node.op)(inputs, {}) as PlanValue;
  if (isBinary(node.op)) return binary(recorder, node.op, inputs[0] as PlanValue, inputs[1] as PlanValue);
  const call = context.calls[node.op as keyof typeof context.calls] as (
    inputs: readonly PlanValue[],
    attributes: OpAttributes[AnyNode['op']],
  ) => PlanValue | undefined;
  const result = call(inputs, node.attributes);
  if (result === undefined) throw new RangeError(`a plan has no kernel for '${node.name}' (${node.op})`);
  return result;
}

function normInto({ norm, residual }: StepOf<'normInto'>, context: StepContext): PlanValue {
  const [x, weight, bias] = norm.inputs.map((id) => context.value(id)) as [PlanValue, PlanValue, PlanValue?];
  const { eps } = norm.attributes;
  const operands = { x, weight, eps, residual: context.value(residual) };
  return norm.op === 'rmsNorm'
    ? rmsNormInto(context.kernels, operands)
    : layerNormInto(context.kernels, { ...operands, bias });
}
