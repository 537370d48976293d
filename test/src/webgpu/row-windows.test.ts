import type { Device } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { expect, it } from 'vitest';
import { describeBackends } from '../describe-backends.js';
import { relativeDifference } from '../difference.js';
import type { Operand } from '../lowering/op-case.js';
import { runOp } from '../lowering/run-op.js';
import { normals } from '../lowering/shapes.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { inputsOf, PACKED_TYPES, quantisedMatrix } from './quantised-matrix.js';
import { withKernels } from './with-kernels.js';

const cpu = await cpuBackend.open();
const source = new SeededNumbers(3);

/** Rows, columns and how many rows a binding has room for: whole windows, a rest, rows of odd sizes. */
const SIZES = [
  [64, 64, 32],
  [67, 96, 9],
  [131, 33, 65],
] as const;

await describeBackends(
  'a matrix larger than a binding',
  (backend) => {
    it.each(SIZES)('[%i, %i] in windows of up to %i rows', async (rows, columns, room) => {
      const matrix = normals([rows, columns], source);
      for (const variant of ['serial', 'parallel'] as const) {
        const device = withKernels(backend.device, variant, room * columns * 4);
        await expectProducts(device, matrix);
        const ids = { shape: [1, 9], data: Int32Array.from(source.integers(9, columns)) };
        const lookup = { operands: [ids, matrix], attributes: {} };
        const { data } = await runOp(device, 'embedding', lookup);
        expect(data).toEqual((await runOp(cpu, 'embedding', lookup)).data);
      }
    });

    it.each(PACKED_TYPES)('packed as %s, in windows of whole blocks', async (dtype) => {
      const [inputs, columns] = [inputsOf(dtype, 5), 64];
      const matrix = quantisedMatrix(dtype, [inputs, columns], source);
      // Of 5 to 9 words: from two blocks of 32 inputs a window to four.
      const room = 2 * 9 * 4 * columns;
      for (const variant of ['serial', 'parallel'] as const) {
        const device = withKernels(backend.device, variant, room);
        await expectProducts(device, matrix);
        const ids = { shape: [1, 9], data: Int32Array.from(source.integers(9, columns)) };
        const lookup = { operands: [ids, matrix], attributes: {} };
        const turned = { operands: [matrix], attributes: { permutation: [1, 0] } };
        const found = await runOp(device, 'embedding', lookup);
        expect(relativeDifference(found.data, (await runOp(cpu, 'embedding', lookup)).data)).toBe(0);
        const whole = await runOp(device, 'transpose', turned);
        expect(relativeDifference(whole.data, (await runOp(cpu, 'transpose', turned)).data)).toBe(0);
      }
    });
  },
  { only: ['webgpu'] },
);

/** Products with the matrix, of one row and of some. */
async function expectProducts(device: Device, matrix: Operand): Promise<void> {
  const [inputs, outputs] = matrix.shape as [number, number];
  for (const count of [1, 11]) {
    const operands = [normals([1, count, inputs], source), matrix, normals([outputs], source)];
    const product = { operands, attributes: {} };
    const expected = await runOp(cpu, 'linear', product);
    const { data } = await runOp(device, 'linear', product);
    expect(relativeDifference(data, expected.data)).toBeLessThanOrEqual(5e-6);
  }
}
