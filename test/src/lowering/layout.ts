import type { DeviceOp } from '@geodesic/backend';
import * as fc from 'fast-check';
import type { OpSuite } from './op-case.js';
import { at, build } from './plain-array.js';
import { casesOf, drawn, normals, shapeOf, size, smallSize } from './shapes.js';

const TOKENS = { 1: 'tokens' } as const;

/** Rows, tokens, heads and features of a head. */
const headed = fc.record({ rows: smallSize, tokens: size, heads: smallSize, dim: size });

/** Ops that move numbers without computing with them. */
export const layout = {
  constant: {
    cases: fc
      .double({ min: -1e6, max: 1e6, noNaN: true })
      .map((value) => ({ operands: [], attributes: { value } })),
    reference: (_, { value }) => [value],
  },
  slice: {
    cases: casesOf(fc.tuple(shapeOf(1, 4), fc.nat(), fc.nat()), ([shape, from, length], source) => {
      const last = shape.at(-1)!;
      const start = from % last;
      return {
        operands: [normals(shape, source)],
        attributes: { start, size: 1 + (length % (last - start)) },
      };
    }),
    reference: ([x], { start, size: length }) =>
      build([...x!.shape.slice(0, -1), length], (...index) =>
        at(x!, [...index.slice(0, -1), index.at(-1)! + start]),
      ),
  },
  keepTopK: {
    // Numbers of a small set, so that some are equal: of those the first are kept.
    cases: casesOf(fc.tuple(shapeOf(1, 4), fc.nat(), fc.boolean()), ([shape, many, tied], source) => ({
      operands: [tied ? drawn(shape, source, [-1, 0.5, 2]) : normals(shape, source)],
      attributes: { count: 1 + (many % shape.at(-1)!) },
    })),
    reference: ([x], { count }) =>
      build(x!.shape, (...index) => {
        const value = at(x!, index);
        const own = index.at(-1)!;
        const before = build([x!.shape.at(-1)!], (i) => at(x!, [...index.slice(0, -1), i!])).filter(
          (other, i) => other > value || (other === value && i < own),
        );
        return before.length < count ? value : 0;
      }),
  },
  concat: {
    cases: casesOf(
      fc.tuple(fc.array(smallSize, { maxLength: 3 }), fc.array(size, { minLength: 1, maxLength: 4 })),
      ([leading, lasts], source) => ({
        operands: lasts.map((last) => normals([...leading, last], source)),
        attributes: {},
      }),
    ),
    reference(operands) {
      const owners = operands.flatMap((operand) =>
        build([operand.shape.at(-1)!], (i) => i).map((i) => [operand, i] as const),
      );
      return build([...operands[0]!.shape.slice(0, -1), owners.length], (...index) => {
        const [operand, i] = owners[index.at(-1)!]!;
        return at(operand, [...index.slice(0, -1), i]);
      });
    },
  },
  transpose: {
    cases: casesOf(
      shapeOf(2, 4).chain((shape) =>
        fc.tuple(
          fc.constant(shape),
          fc.shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length }),
        ),
      ),
      ([shape, permutation], source) => ({ operands: [normals(shape, source)], attributes: { permutation } }),
    ),
    reference: ([x], { permutation }) =>
      build(
        permutation.map((axis) => x!.shape[axis]!),
        (...index) =>
          at(
            x!,
            x!.shape.map((_, axis) => index[permutation.indexOf(axis)]!),
          ),
      ),
  },
  splitHeads: {
    cases: casesOf(headed, ({ rows, tokens, heads, dim }, source) => ({
      operands: [normals([rows, tokens, heads * dim], source)],
      attributes: { heads },
    })),
    reference([x], { heads }) {
      const [rows, tokens, features] = x!.shape as [number, number, number];
      const dim = features / heads;
      return build([rows, tokens, heads, dim], (row, token, head, i) => at(x!, [row, token, head * dim + i]));
    },
  },
  mergeHeads: {
    cases: casesOf(headed, ({ rows, tokens, heads, dim }, source) => ({
      operands: [normals([rows, tokens, heads, dim], source)],
      attributes: {},
    })),
    reference([x]) {
      const [rows, tokens, heads, dim] = x!.shape as [number, number, number, number];
      return build([rows, tokens, heads * dim], (row, token, i) =>
        at(x!, [row, token, Math.floor(i / dim), i % dim]),
      );
    },
  },
  cacheAppend: {
    cases: casesOf(fc.tuple(headed, size), ([{ rows, tokens, heads, dim }, past], source) => ({
      operands: [past, tokens].map((length) => ({
        ...normals([rows, length, heads, dim], source),
        domains: TOKENS,
      })),
      attributes: {},
    })),
    reference([past, added]) {
      const [rows, before, heads, dim] = past!.shape as [number, number, number, number];
      return build([rows, before + added!.shape[1]!, heads, dim], (row, token, head, i) =>
        token < before ? at(past!, [row, token, head, i]) : at(added!, [row, token - before, head, i]),
      );
    },
  },
  enterDomain: {
    cases: casesOf(headed, ({ rows, tokens, dim }, source) => ({
      operands: [{ ...normals([rows, tokens, dim], source), domains: TOKENS }],
      attributes: { domain: 'tokens/2@0' },
    })),
    reference: ([x]) => [...x!.data],
  },
  lastToken: {
    cases: casesOf(headed, ({ rows, tokens, dim }, source) => ({
      operands: [{ ...normals([rows, tokens, dim], source), domains: TOKENS }],
      attributes: {},
    })),
    reference([x]) {
      const [rows, tokens, features] = x!.shape as [number, number, number];
      return build([rows, features], (row, i) => at(x!, [row, tokens - 1, i]));
    },
  },
} satisfies Partial<{ [K in DeviceOp]: OpSuite<K> }>;
