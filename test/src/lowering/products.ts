import type { DeviceOp } from '@geodesic/backend';
import * as fc from 'fast-check';
import type { Operand, OpSuite } from './op-case.js';
import { at, build, sum } from './plain-array.js';
import { casesOf, drawn, normals, shapeOf, size, smallSize } from './shapes.js';

/** Ops that sum over an axis. */
export const products = {
  matmul: {
    termMagnitude: 1,
    cases: casesOf(
      fc.tuple(fc.array(smallSize, { maxLength: 2 }), size, size, size),
      ([batch, rows, inner, columns], source) => ({
        operands: [normals([...batch, rows, inner], source), normals([...batch, inner, columns], source)],
        attributes: {},
      }),
    ),
    reference([a, b]) {
      const [rows, inner] = a!.shape.slice(-2) as [number, number];
      return build([...a!.shape.slice(0, -2), rows, b!.shape.at(-1)!], (...index) => {
        const [row, column] = index.splice(-2) as [number, number];
        return sum(inner, (i) => at(a!, [...index, row, i]) * at(b!, [...index, i, column]));
      });
    },
  },
  linear: {
    termMagnitude: 1,
    cases: casesOf(fc.tuple(shapeOf(1, 3), size, fc.boolean()), ([shape, outputs, biased], source) => ({
      operands: [
        normals(shape, source),
        normals([shape.at(-1)!, outputs], source),
        ...(biased ? [normals([outputs], source)] : []),
      ],
      attributes: {},
    })),
    reference: ([x, weight, bias]) =>
      build([...x!.shape.slice(0, -1), weight!.shape[1]!], (...index) => {
        const output = index.pop()!;
        const product = sum(weight!.shape[0]!, (i) => at(x!, [...index, i]) * at(weight!, [i, output]));
        return product + (bias === undefined ? 0 : at(bias, [output]));
      }),
  },
  embedding: {
    cases: casesOf(
      fc.record({ rows: smallSize, tokens: size, features: size, vocabulary: size }),
      ({ rows, tokens, features, vocabulary }, source) => ({
        operands: [
          // The first and the last id too, where a kernel's bounds are off by one.
          {
            shape: [rows, tokens],
            data: Int32Array.from({ length: rows * tokens }, (_, i) =>
              i < 2 ? i * (vocabulary - 1) : source.integer(vocabulary),
            ),
          },
          normals([features, vocabulary], source),
        ],
        attributes: {},
      }),
    ),
    reference: ([ids, table]) =>
      build([...ids!.shape, table!.shape[0]!], (row, token, i) => at(table!, [i!, at(ids!, [row!, token!])])),
  },
  softmax: {
    cases: casesOf(fc.tuple(shapeOf(1, 4), fc.boolean()), ([shape, extreme], source) => ({
      operands: [extreme ? drawn(shape, source, [0, 1, -1, 1e4, -1e4, -1e9]) : normals(shape, source, 4)],
      attributes: {},
    })),
    reference: ([x]) =>
      build(x!.shape, (...index) => {
        const others = (i: number) => at(x!, [...index.slice(0, -1), i]);
        // Dividing by e^(this number) leaves nothing that overflows.
        return 1 / sum(x!.shape.at(-1)!, (i) => Math.exp(others(i) - at(x!, index)));
      }),
  },
  sum: {
    termMagnitude: 1,
    cases: casesOf(shapeOf(1, 4), (shape, source) => ({
      operands: [normals(shape, source)],
      attributes: {},
    })),
    reference: ([x]) => reduceLast(x!.shape, (index, length) => sum(length, (i) => at(x!, [...index, i]))),
  },
  mean: {
    termMagnitude: 1,
    cases: casesOf(shapeOf(1, 4), (shape, source) => ({
      operands: [normals(shape, source)],
      attributes: {},
    })),
    reference: ([x]) =>
      reduceLast(x!.shape, (index, length) => sum(length, (i) => at(x!, [...index, i])) / length),
  },
  rmsNorm: {
    cases: casesOf(normed(), ([shape, eps, scale], source) => ({
      operands: [normals(shape, source, scale), normals(shape.slice(-1), source)],
      attributes: { eps },
    })),
    reference: ([x, weight], { eps }) =>
      build(x!.shape, (...index) => {
        const length = x!.shape.at(-1)!;
        const meanSquare = sum(length, (i) => at(x!, [...index.slice(0, -1), i]) ** 2) / length;
        return (at(x!, index) / Math.sqrt(meanSquare + eps)) * at(weight!, index.slice(-1));
      }),
  },
  layerNorm: {
    termMagnitude: layerNormMagnitude,
    cases: casesOf(
      fc.tuple(normed(), fc.boolean(), fc.boolean()),
      ([[shape, eps, scale], perHead, biased], source) => {
        const weight = normals(shape.slice(perHead ? -2 : -1), source);
        const operands = [normals(shape, source, scale), weight];
        return {
          operands: biased ? [...operands, normals(weight.shape, source)] : operands,
          attributes: { eps },
        };
      },
    ),
    reference: ([x, weight, bias], { eps }) =>
      build(x!.shape, (...index) => {
        const length = x!.shape.at(-1)!;
        const mean = sum(length, (i) => at(x!, [...index.slice(0, -1), i])) / length;
        const variance = sum(length, (i) => (at(x!, [...index.slice(0, -1), i]) - mean) ** 2) / length;
        const scaled = ((at(x!, index) - mean) / Math.sqrt(variance + eps)) * at(weight!, index);
        return scaled + (bias === undefined ? 0 : at(bias, index));
      }),
  },
} satisfies Partial<{ [K in DeviceOp]: OpSuite<K> }>;

/**
 * The mean of a row is rounded in proportion to its size, and the row less its mean is divided by the deviation: numbers that lie
 * close together and far from 0 leave few digits in float32, however they are summed. A row of one number is its own mean exactly.
 */
function layerNormMagnitude([x, weight]: readonly Operand[], { eps }: { readonly eps: number }): number {
  const length = x!.shape.at(-1)!;
  if (length === 1) return 1;
  const distances = Array.from({ length: x!.data.length / length }, (_, row) => {
    const values = x!.data.subarray(row * length, (row + 1) * length);
    const mean = sum(length, (i) => values[i]!) / length;
    const variance = sum(length, (i) => (values[i]! - mean) ** 2) / length;
    return Math.abs(mean) / Math.sqrt(variance + eps);
  });
  return Math.max(1, ...distances) * Math.max(1, ...Array.from(weight!.data, Math.abs));
}

/** Shapes, epsilons and scales of what is normed: all zero, tiny, ordinary and large states. */
function normed() {
  return fc.tuple(shapeOf(2, 4), fc.constantFrom(1e-5, 1e-6), fc.constantFrom(0, 1e-20, 1, 1e6));
}

function reduceLast(shape: readonly number[], value: (index: number[], length: number) => number): number[] {
  return build([...shape.slice(0, -1), 1], (...index) => value(index.slice(0, -1), shape.at(-1)!));
}
