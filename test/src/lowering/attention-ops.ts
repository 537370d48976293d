import type { DeviceOp } from '@geodesic/backend';
import { MASKED } from '@geodesic/compiler';
import * as fc from 'fast-check';
import type { SeededNumbers } from '../seeded-numbers.js';
import type { Operand, OpSuite } from './op-case.js';
import { at, build, product, sum } from './plain-array.js';
import { casesOf, normals, size, smallSize } from './shapes.js';

/** Query heads are kvHeads · group: 1 group is plain multi-head attention, 1 key-value head is multi-query. */
const attended = fc.record({
  rows: smallSize,
  kvHeads: fc.constantFrom(1, 2, 3),
  group: fc.constantFrom(1, 2, 3, 4),
  // group · queries is what wasm chooses its kernel by: below 8, at it and above.
  queries: fc.oneof(fc.constantFrom(1, 2, 4, 7, 8, 9), size),
  keys: size,
  dim: size,
  valueDim: size,
  maskPerHead: fc.boolean(),
  softcap: fc.constantFrom(null, 0.5, 2),
});

export const attentionOps = {
  rope: {
    termMagnitude: 1,
    cases: casesOf(
      fc.record({
        rows: smallSize,
        heads: smallSize,
        tokens: size,
        half: smallSize,
        rest: fc.nat({ max: 5 }),
        interleaved: fc.boolean(),
      }),
      ({ rows, heads, tokens, half, rest, interleaved }, source) => {
        const angles = normals([rows, tokens, 1, half], source, 10);
        return {
          operands: [
            normals([rows, tokens, heads, 2 * half + rest], source),
            table(angles, interleaved, (angle) => [Math.cos(angle), Math.cos(angle)]),
            table(angles, interleaved, (angle) => [-Math.sin(angle), Math.sin(angle)]),
          ],
          attributes: { interleaved },
        };
      },
    ),
    /** Feature i turns with feature i + half, or 2i with 2i + 1, by an angle of its own, as a complex number does. */
    reference([x, cos, sin], { interleaved }) {
      const rotary = cos!.shape[3]!;
      return build(x!.shape, (...index) => {
        const [row, token, head, i] = index as [number, number, number, number];
        if (i >= rotary) return at(x!, index);
        const [first, second] = placesOf(frequencyAt(i, rotary, interleaved), rotary, interleaved);
        const [re, im] = [at(x!, [row, token, head, first]), at(x!, [row, token, head, second])];
        const [c, s] = [at(cos!, [row, token, 0, first]), at(sin!, [row, token, 0, second])];
        return i === first ? re * c - im * s : re * s + im * c;
      });
    },
  },
  alibiBias: {
    termMagnitude: 1,
    cases: casesOf(
      fc.record({ rows: smallSize, heads: smallSize, queries: size, keys: size }),
      ({ rows, heads, queries, keys }, source) => ({
        operands: [
          { ...normals([rows, queries], source, 10), domains: { 1: 'tokens' } },
          { ...normals([rows, keys], source, 10), domains: { 1: 'tokens' } },
        ],
        attributes: { slopes: Array.from({ length: heads }, () => source.uniform()) },
      }),
    ),
    reference([queries, keys], { slopes }) {
      const [rows, queryCount] = queries!.shape as [number, number];
      return build([rows, slopes.length, queryCount, keys!.shape[1]!], (row, head, query, key) => {
        return slopes[head!]! * (at(keys!, [row!, key!]) - at(queries!, [row!, query!]));
      });
    },
  },
  attention: {
    termMagnitude: 1,
    cases: casesOf(
      attended,
      ({ rows, kvHeads, group, queries, keys, dim, valueDim, maskPerHead, softcap }, source) => ({
        operands: [
          normals([rows, queries, kvHeads * group, dim], source),
          normals([rows, keys, kvHeads, dim], source),
          normals([rows, keys, kvHeads, valueDim], source),
          mask([rows, maskPerHead ? kvHeads * group : 1, queries, keys], source),
        ],
        attributes: { scale: dim ** -0.5, softcap },
      }),
    ),
    reference([q, k, v, seen], { scale, softcap }) {
      const [rows, queries, heads, dim] = q!.shape as [number, number, number, number];
      const [, keys, kvHeads, valueDim] = v!.shape as [number, number, number, number];
      const attended = build([rows, queries, heads], (row, query, head) => {
        const shared = Math.floor(head / (heads / kvHeads));
        const scores = build([keys], (key) => {
          const score =
            sum(dim, (d) => at(q!, [row, query, head, d]) * at(k!, [row, key, shared, d])) * scale;
          const capped = softcap === null ? score : softcap * Math.tanh(score / softcap);
          const maskHead = seen!.shape[1] === 1 ? 0 : head;
          // In float32, as everywhere: beside what masks a score vanishes, and a row that sees nothing sees all alike.
          return Math.fround(Math.fround(capped) + at(seen!, [row, maskHead, query, key]));
        });
        const largest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - largest));
        const total = sum(keys, (key) => weights[key]!);
        return build([valueDim], (i) =>
          sum(keys, (key) => (weights[key]! / total) * at(v!, [row, key, shared, i])),
        );
      });
      return attended.flat();
    },
  },
} satisfies Partial<{ [K in DeviceOp]: OpSuite<K> }>;

/** A rotary table [·, ·, 1, 2 · half] of the two values that each angle has in its two places. */
function table(
  angles: Operand,
  interleaved: boolean,
  values: (angle: number) => readonly [number, number],
): Operand {
  const rotary = angles.shape[3]! * 2;
  const shape = [...angles.shape.slice(0, 3), rotary];
  const data = build(shape, (row, token, _, i) => {
    const frequency = frequencyAt(i!, rotary, interleaved);
    const [first] = placesOf(frequency, rotary, interleaved);
    return values(at(angles, [row!, token!, 0, frequency]))[i === first ? 0 : 1];
  });
  return { shape, data: Float32Array.from(data) };
}

function frequencyAt(i: number, rotary: number, interleaved: boolean): number {
  return interleaved ? Math.floor(i / 2) : i % (rotary / 2);
}

/** The two features that turn by a frequency. */
function placesOf(frequency: number, rotary: number, interleaved: boolean): [number, number] {
  return interleaved ? [2 * frequency, 2 * frequency + 1] : [frequency, frequency + rotary / 2];
}

/** A mask with every kind of entry: hidden, seen, and seen with the size of a merged key. Some queries see nothing. */
function mask(shape: readonly number[], source: SeededNumbers): Operand {
  const data = new Float32Array(product(shape));
  const keys = shape.at(-1)!;
  for (let query = 0; query < data.length; query += keys) {
    const blind = source.uniform() < 0.1;
    for (let key = 0; key < keys; key++) {
      const hidden = blind || source.uniform() < 0.4;
      data[query + key] = hidden ? MASKED : Math.log(1 + source.integer(4));
    }
  }
  return { shape, data };
}
