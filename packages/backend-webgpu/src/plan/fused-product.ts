import type { FusedActivation } from '@geodesic/compiler';
import { COLUMN_GROUP, productColumns } from '../kernels/product-columns.js';
import { type ProductForm, printForm } from '../kernels/product-form.js';
import { productSplitInner, SPLIT_VECTORS } from '../kernels/product-split-inner.js';
import { componentsFor } from '../kernels/rows.js';
import { PlanValue } from './plan-value.js';
import type { StepContext } from './step-context.js';

/** Up to this many rows a GPU has nothing to share between rows in tiles. */
const FEW_ROWS = 4;

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

/** Records products as one dispatch; nothing where the device would have to bind too much, or has a better kernel for each by itself. */
export function recordFused(
  fused: FusedProduct,
  { recorder, kernels }: StepContext,
): PlanValue[] | undefined {
  const { kind, x, projections, activation, residual } = fused;
  const form = {
    kind,
    biased: projections.map(({ bias }) => bias !== undefined),
    activation,
    residual: residual !== undefined,
  };
  const [inputs] = (projections[0] as PlacedProjection).weight.shape as [number, number];
  const rows = x.size / inputs;
  const parallel = kernels.variants.linear === 'parallel';
  const outputs = projections.map(({ weight }) => weight.shape[1] as number);
  const components = componentsFor(...outputs);
  const operands = [
    x,
    ...projections.map(({ weight }) => weight),
    ...projections.flatMap(({ bias }) => bias ?? []),
    ...(residual === undefined ? [] : [residual]),
  ];
  const made = kind === 'each' ? outputs : outputs.slice(0, 1);
  if (parallel && rows > FEW_ROWS) return undefined;
  if (operands.length + made.length > recorder.limits.storageBuffers) return undefined;
  if (operands.some(({ storage }) => storage.bytes > recorder.bindingBytes)) return undefined;

  const results = made.map((columns) => PlanValue.computed([...x.shape.slice(0, -1), columns]));
  const written = printForm(form);
  const { atOnce, vectors } = blockOf(rows, kind, Math.min(...outputs) / components);
  // With many rows, vectors of x cost more in registers than they save in loads.
  const xComponents = !parallel && atOnce === 1 ? componentsFor(inputs) : 1;
  const kernel = parallel
    ? productSplitInner(written, components)
    : productColumns(written, xComponents, components, atOnce, vectors);
  const groupColumns = parallel ? SPLIT_VECTORS : COLUMN_GROUP * vectors;
  const columns = made.map((count) => count / components);
  const groups = columns.map((count) => Math.ceil(count / groupColumns));
  const uniforms = [
    rows,
    inputs / xComponents,
    ...columns.flatMap((count, i) => [count, groups[i] as number]),
  ];
  const units = [
    groups.reduce((sum, count) => sum + count, 0),
    parallel ? rows : Math.ceil(rows / atOnce),
  ] as const;
  recorder.launchInto(kernel, { inputs: operands, uniforms, units }, results);
  return results;
}

/** From this many vectors of columns on, an invocation takes several: neighbours then read whole pages of a wide weight. */
const WIDE = 4096;

/** Rows and vectors of columns that an invocation of `productColumns` has. */
function blockOf(
  rows: number,
  kind: ProductForm['kind'],
  columns: number,
): { readonly atOnce: number; readonly vectors: number } {
  const atOnce = [1, 2, 4].find((count) => count >= rows) ?? 8;
  if (atOnce === 8) return { atOnce, vectors: kind === 'gated' ? 1 : 2 };
  return { atOnce, vectors: atOnce === 1 && columns >= WIDE ? 8 : 1 };
}
