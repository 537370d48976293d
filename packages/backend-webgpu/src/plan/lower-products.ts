import type { FusedActivation, Projection, StepOf } from '@geodesic/compiler';
import { binary } from '../kernels/binary.js';
import { linearPacked } from '../kernels/linear-packed.js';
import { unary } from '../kernels/unary.js';
import { unpackWeight } from '../kernels/unpack-weight.js';
import type { PlacedProjection } from './fused-product.js';
import { PackedPlanWeight } from './packed-plan-weight.js';
import type { PlanValue } from './plan-value.js';
import { recordFused } from './record-fused.js';
import type { StepContext } from './step-context.js';

function product(x: PlanValue, { weight, bias }: PlacedProjection, context: StepContext): PlanValue {
  if (weight instanceof PackedPlanWeight) return linearPacked(context.kernels)(x, weight, bias);
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return context.calls.linear(inputs, {}) as PlanValue;
}

function activated(x: PlanValue, name: FusedActivation, context: StepContext): PlanValue {
  return unary(context.kernels, name)([x], {}) as PlanValue;
}

/**
 * From this many rows on, a rasteriser unpacks: kernels of packed weights for more than four rows at once have so many sums that they take
 * a driver seconds to compile, and are no faster.
 */
const MANY_ROWS = 5;
/** Numbers that a weight may have to be unpacked: 8 MiB, a matrix of a small model. */
const MOST_UNPACKED = 2 ** 21;

/** Products that share x: one dispatch, or one each. */
export function products(step: StepOf<'products'>, context: StepContext): readonly PlanValue[] {
  const x = context.value(step.x);
  const projections = step.projections.map((projection) => placed(projection, x, context));
  const together = areTogether(projections, x, context) ? [projections] : projections.map((own) => [own]);
  return together.flatMap(
    (some) =>
      recordFused({ kind: 'each', x, projections: some }, context) ??
      some.map((projection) => product(x, projection, context)),
  );
}

/**
 * Whether one kernel is to compute all of them. With several rows a dispatch more costs nothing beside the products, but code for several
 * weights a rasteriser's driver many seconds.
 */
function areTogether([first]: readonly PlacedProjection[], x: PlanValue, { kernels }: StepContext): boolean {
  const inputs = first?.weight.shape[0] as number;
  return kernels.variants.linear === 'parallel' || x.size === inputs;
}

/** A product, and what follows it: one dispatch, or up to three. */
export function productInto(step: StepOf<'productInto'>, context: StepContext): PlanValue {
  const { activation } = step;
  const x = context.value(step.x);
  const residual = step.residual === undefined ? undefined : context.value(step.residual);
  const projection = placed(step.projection, x, context);
  const fused = recordFused({ kind: 'into', x, projections: [projection], activation, residual }, context);
  if (fused !== undefined) return fused[0] as PlanValue;
  const plain = product(x, projection, context);
  const active = activation === undefined ? plain : activated(plain, activation, context);
  return residual === undefined ? active : binary(context.recorder, 'add', residual, active);
}

/** Two products, one of them a gate for the other: one dispatch, or four. */
export function gatedProduct(
  { gate, up, activation, ...step }: StepOf<'gatedProduct'>,
  context: StepContext,
): PlanValue {
  const x = context.value(step.x);
  const [gated, plain] = [placed(gate, x, context), placed(up, x, context)];
  const fused = recordFused({ kind: 'gated', x, projections: [gated, plain], activation }, context);
  if (fused !== undefined) return fused[0] as PlanValue;
  const active = activated(product(x, gated, context), activation, context);
  return binary(context.recorder, 'mul', active, product(x, plain, context));
}

/**
 * A weight as a product takes it. Where a rasteriser has many rows, it unpacks the weight once, into a slot of the
 * plan, rather than once for each block of them.
 */
function placed({ weight, bias }: Projection, x: PlanValue, context: StepContext): PlacedProjection {
  const own = context.value(weight);
  const isUnpacked =
    own instanceof PackedPlanWeight &&
    context.kernels.variants.linear === 'serial' &&
    x.size / own.shape[0] >= MANY_ROWS &&
    own.size <= MOST_UNPACKED;
  return {
    weight: isUnpacked ? unpackWeight(context.recorder, own) : own,
    bias: bias === undefined ? undefined : context.value(bias),
  };
}
