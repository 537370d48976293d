import { normals } from '../lowering/shapes.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { type KernelCase, kernelCase } from './kernel-case.js';
import { inputsOf, PACKED_TYPES, quantisedMatrix, SCALES } from './quantised-matrix.js';

const source = new SeededNumbers(77);

/** Rows, blocks of inputs, outputs: around tiles and what an invocation has, and of none of their multiples. */
const PRODUCTS = [
  [1, 1, 1],
  [1, 3, 577],
  [3, 1, 130],
  [5, 5, 20],
  [9, 2, 67],
  [67, 3, 131],
] as const;

/** Products with packed weights. */
export function packedProductCases(): KernelCase[] {
  return PACKED_TYPES.flatMap((dtype) =>
    PRODUCTS.map(([rows, blocks, outputs], i) => {
      const inputs = inputsOf(dtype, blocks);
      const scales = (['usual', 'smallest', 'largest'] as const)[i % 3]!;
      const weight = quantisedMatrix(dtype, [inputs, outputs], source, scales);
      const bias = i % 2 === 0 ? [] : [normals([outputs], source)];
      const title = `${dtype}, ${rows} × ${inputs} × ${outputs}, ${scales} scales`;
      return kernelCase(title, 'linear', [normals([1, rows, inputs], source), weight, ...bias], {});
    }),
  );
}

/** Look-ups in packed tables, and all of a packed weight, by an op that can't compute with it as it is: exact. */
export function packedLookupCases(): KernelCase[] {
  const scales = Object.keys(SCALES) as (keyof typeof SCALES)[];
  return PACKED_TYPES.flatMap((dtype) =>
    scales.flatMap((scale) => {
      const table = quantisedMatrix(dtype, [inputsOf(dtype, 2), 67], source, scale);
      const ids = { shape: [2, 5], data: Int32Array.from([0, 66, ...source.integers(8, 67)]) };
      const title = `${dtype}, ${scale} scales`;
      return [
        kernelCase(title, 'embedding', [ids, table], {}, 0),
        kernelCase(title, 'transpose', [table], { permutation: [1, 0] }, 0),
      ];
    }),
  );
}
