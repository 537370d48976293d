import type { FusedActivation } from '@geodesic/compiler';
import type { ProductForm } from '../kernels/product-form.js';
import type { PlanValue } from './plan-value.js';

/** A weight with its bias, on the device. */
export interface PlacedProjection {
  readonly weight: PlanValue;
  readonly bias: PlanValue | undefined;
}

/** The operands of products that one kernel computes. */
export interface FusedProduct {
  readonly kind: ProductForm['kind'];
  readonly x: PlanValue;
  readonly projections: readonly PlacedProjection[];
  readonly activation?: FusedActivation | undefined;
  readonly residual?: PlanValue | undefined;
}

/** The sizes of its weight. */
export function weightShape({ weight }: PlacedProjection): readonly [inputs: number, outputs: number] {
  return weight.shape as readonly [number, number];
}
