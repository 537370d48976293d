import { chooseProductKernel } from './choose-product-kernel.js';
import { type FusedProduct, type PlacedProjection, weightShape } from './fused-product.js';
import type { PlanValue } from './plan-value.js';
import type { StepContext } from './step-context.js';

/** Records products as one dispatch; nothing where the device would have to bind too much, or has a better kernel for each by itself. */
export function recordFused(
  fused: FusedProduct,
  { recorder, kernels }: StepContext,
): PlanValue[] | undefined {
  const { kind, x, projections, residual } = fused;
  const [inputs] = weightShape(projections[0] as PlacedProjection);
  const rows = x.size / inputs;
  const outputs = projections.map((projection) => weightShape(projection)[1]);
  const made = kind === 'each' ? outputs : outputs.slice(0, 1);
  const operands = [
    x,
    ...projections.map(({ weight }) => weight),
    ...projections.flatMap(({ bias }) => bias ?? []),
    ...(residual === undefined ? [] : [residual]),
  ];
  if (operands.length + made.length > recorder.limits.storageBuffers) return undefined;
  if (operands.some(({ storage }) => storage.bytes > recorder.bindingBytes)) return undefined;
  const chosen = chooseProductKernel(fused, {
    rows,
    parallel: kernels.variants.linear === 'parallel',
    subgroupSize: recorder.limits.subgroupSize,
  });
  if (chosen === undefined) return undefined;

  const results = made.map((columns) => recorder.result([...x.shape.slice(0, -1), columns]));
  const columns = made.map((count) => count / chosen.components);
  const groups = columns.map((count) => Math.ceil(count / chosen.columns));
  const parts = columns.flatMap((count, i) => [count, groups[i] as number]);
  const uniforms = [rows, inputs / chosen.xComponents, ...parts];
  const units = [groups.reduce((sum, count) => sum + count, 0), Math.ceil(rows / chosen.rows)] as const;
  recorder.launchInto(chosen.kernel, { inputs: operands, uniforms, units }, results);
  return results;
}
