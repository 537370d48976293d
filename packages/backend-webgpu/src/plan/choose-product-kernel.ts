import { BROADCAST_ROWS } from '../kernels/broadcast-rows.js';
import { FEW_ROWS } from '../kernels/few-rows.js';
import type { Kernel } from '../kernels/kernel.js';
import { productBroadcast } from '../kernels/product-broadcast.js';
import { COLUMN_GROUP, productColumns } from '../kernels/product-columns.js';
import { type ProductForm, printForm } from '../kernels/product-form.js';
import { PACKED_COLUMN_GROUP, productPackedColumns } from '../kernels/product-packed-columns.js';
import { PACKED_SPLIT_COLUMNS, productPackedSplitInner } from '../kernels/product-packed-split-inner.js';
import { productSplitInner, SPLIT_VECTORS } from '../kernels/product-split-inner.js';
import { componentsFor } from '../kernels/rows.js';
import { type FusedProduct, type PlacedProjection, weightShape } from './fused-product.js';
import { PackedPlanWeight } from './packed-plan-weight.js';

/** A kernel of products, and the block of a result that a workgroup computes. */
interface ProductKernel {
  readonly kernel: Kernel;
  readonly rows: number;
  readonly columns: number;
  /** Numbers of a column of results, and of what the kernel reads of x at a time. */
  readonly components: number;
  readonly xComponents: number;
}

/** What the choice of a kernel depends on besides its operands. */
interface KernelChoice {
  readonly rows: number;
  readonly parallel: boolean;
  /** How many invocations every subgroup of the device has, where kernels can use them. */
  readonly subgroupSize: number | undefined;
}

/** A kernel that computes all of the products; nothing where the device has a better one for each by itself. */
export function chooseProductKernel(fused: FusedProduct, choice: KernelChoice): ProductKernel | undefined {
  if (choice.parallel && choice.rows > FEW_ROWS) return undefined;
  const { kind, projections, activation, residual } = fused;
  const form = {
    kind,
    biased: projections.map(({ bias }) => bias !== undefined),
    activation,
    residual: residual !== undefined,
  };
  const written = printForm(form);
  const packed = projections.flatMap(({ weight }) => (weight instanceof PackedPlanWeight ? [weight] : []));
  if (packed.length === projections.length) {
    return packedKernel(written, packed.map(({ format }) => format).join(), { kind, ...choice });
  }
  return packed.length > 0 ? undefined : plainKernel(written, fused, choice);
}

function plainKernel(
  written: string,
  { kind, projections }: FusedProduct,
  { rows, parallel, subgroupSize }: KernelChoice,
): ProductKernel {
  const components = componentsFor(...projections.map((projection) => weightShape(projection)[1]));
  if (parallel) {
    const kernel = productSplitInner(written, components);
    return { kernel, rows: 1, columns: SPLIT_VECTORS, components, xComponents: 1 };
  }
  const [inputs, outputs] = weightShape(projections[0] as PlacedProjection);
  const lanes = broadcastLanes(rows, subgroupSize);
  if (lanes !== undefined && components === 4 && inputs % 4 === 0) {
    const kernel = productBroadcast(written, lanes);
    return { kernel, rows: BROADCAST_ROWS, columns: lanes, components, xComponents: 4 };
  }
  const { atOnce, vectors } = vectorBlock(rows, kind, outputs / components);
  // With many rows, vectors of x cost more in registers than they save in loads.
  const xComponents = atOnce === 1 ? componentsFor(inputs) : 1;
  const kernel = productColumns(written, xComponents, components, atOnce, vectors);
  return { kernel, rows: atOnce, columns: COLUMN_GROUP * vectors, components, xComponents };
}

/** The lanes that products of so many rows are shared by, on a rasteriser: each loads whole rows for the others. */
function broadcastLanes(rows: number, subgroupSize: number | undefined): number | undefined {
  if (subgroupSize === undefined || subgroupSize > BROADCAST_ROWS) return undefined;
  return rows > FEW_ROWS ? subgroupSize : undefined;
}

function packedKernel(
  written: string,
  formats: string,
  { kind, rows, parallel }: KernelChoice & { readonly kind: ProductForm['kind'] },
): ProductKernel | undefined {
  const common = { components: 1, xComponents: 4 };
  if (parallel) {
    const kernel = productPackedSplitInner(written, formats);
    return { kernel, rows: 1, columns: PACKED_SPLIT_COLUMNS, ...common };
  }
  if (rows > 1) return undefined;
  // The sums of two weights take the registers of one with twice the columns.
  const columns = kind === 'gated' ? 1 : 2;
  const kernel = productPackedColumns(written, formats, columns);
  return { kernel, rows: 1, columns: PACKED_COLUMN_GROUP * columns, ...common };
}

/** From this many vectors of columns on, an invocation takes several: neighbours then read whole pages of a wide weight. */
const WIDE = 4096;

/** Rows and vectors of columns that an invocation of `productColumns` has. */
function vectorBlock(
  rows: number,
  kind: ProductForm['kind'],
  columns: number,
): { readonly atOnce: number; readonly vectors: number } {
  const atOnce = rowsAtOnce(rows);
  if (atOnce === 8) return { atOnce, vectors: kind === 'gated' ? 1 : 2 };
  return { atOnce, vectors: atOnce === 1 && columns >= WIDE ? 8 : 1 };
}

function rowsAtOnce(rows: number): number {
  return [1, 2, 4].find((count) => count >= rows) ?? 8;
}
