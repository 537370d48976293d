import type { FusedActivation, Projection, StepOf } from '@geodesic/compiler';
import { binary } from '../kernels/elementwise.js';
import { linearPacked } from '../kernels/linear-packed.js';
import { type PlacedProjection, recordFused } from './fused-product.js';
import { PackedPlanWeight } from './packed-plan-weight.js';
import type { PlanValue } from './plan-value.js';
import type { StepContext } from './step-context.js';

function product(x: PlanValue, projection: Projection, context: StepContext): PlanValue {
  const { weight, bias } = placed(projection, context);
  if (weight instanceof PackedPlanWeight) return linearPacked(context.kernels)(x, weight, bias);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return context.calls.linear(inputs, {}) as PlanValue;
}

function activated(x: PlanValue, name: FusedActivation, context: StepContext): PlanValue {
  return context.calls[name]([x], {}) as PlanValue;
}

/** Products that share x: one dispatch, or one each. */
export function products({ x, projections }: StepOf<'products'>, context: StepContext): readonly PlanValue[] {
  const fused = {
    kind: 'each' as const,
    x: context.value(x),
    projections: projections.map((projection) => placed(projection, context)),
  };
  return (
    recordFused(fused, context) ??
    projections.map((projection) => product(context.value(x), projection, context))
  );
}

/** A product, and what follows it: one dispatch, or up to three. */
export function productInto(step: StepOf<'productInto'>, context: StepContext): PlanValue {
  const { activation } = step;
  const x = context.value(step.x);
  const residual = step.residual === undefined ? undefined : context.value(step.residual);
  const projections = [placed(step.projection, context)];
  const fused = recordFused({ kind: 'into', x, projections, activation, residual }, context);
  if (fused !== undefined) return fused[0] as PlanValue;
  const plain = product(x, step.projection, context);
  const active = activation === undefined ? plain : activated(plain, activation, context);
  return residual === undefined ? active : binary(context.recorder, 'add', residual, active);
}

/** Two products, one of them a gate for the other: one dispatch, or four. */
export function gatedProduct(
  { gate, up, activation, ...step }: StepOf<'gatedProduct'>,
  context: StepContext,
): PlanValue {
  const x = context.value(step.x);
  const projections = [placed(gate, context), placed(up, context)];
  const fused = recordFused({ kind: 'gated', x, projections, activation }, context);
  if (fused !== undefined) return fused[0] as PlanValue;
  const active = activated(product(x, gate, context), activation, context);
  return binary(context.recorder, 'mul', active, product(x, up, context));
}

function placed({ weight, bias }: Projection, context: StepContext): PlacedProjection {
  return { weight: context.value(weight), bias: bias === undefined ? undefined : context.value(bias) };
}
