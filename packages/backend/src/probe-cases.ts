import { MASKED, type OpAttributes } from '@geodesic/compiler';
import type { DeviceOp } from './lowering-table.js';
import { at, build, integers, type ProbeOperand, sum, waves, weight } from './probe-operand.js';

/** One op with all it needs to run, and what it must compute. */
export interface ProbeCase {
  readonly op: DeviceOp;
  readonly operands: readonly ProbeOperand[];
  readonly attributes: OpAttributes[DeviceOp];
  /** Row-major, computed in float64 by plain loops. */
  readonly expected: readonly number[];
}

/**
 * The ops that a model spends its time on, with a prompt's and with a new token's shapes, which kernels tell apart. Sizes
 * are primes where they may be, so that the edges of tiles and vectors are reached.
 */
export function probeCases(): readonly ProbeCase[] {
  return [
    matmul(13, 17, 11),
    linear(19, 61, 37),
    linear(1, 64, 48),
    embedding(),
    softmax(),
    silu(),
    rmsNorm(),
    rope(),
    attention(5, 7),
    attention(1, 7),
    tokenMerge(),
  ];
}

function probeCase<K extends DeviceOp>(
  op: K,
  attributes: OpAttributes[K],
  operands: readonly ProbeOperand[],
  expected: readonly number[],
): ProbeCase {
  return { op, operands, attributes, expected };
}

function matmul(rows: number, inner: number, columns: number): ProbeCase {
  const [a, b] = [waves([rows, inner], 1), waves([inner, columns], 2)];
  const expected = build([rows, columns], (r, c) => sum(inner, (i) => at(a, r!, i) * at(b, i, c!)));
  return probeCase('matmul', {}, [a, b], expected);
}

function linear(tokens: number, inputs: number, outputs: number): ProbeCase {
  const [x, matrix, bias] = [
    waves([1, tokens, inputs], 3),
    weight([inputs, outputs], 4),
    weight([outputs], 5),
  ];
  const expected = build(
    [tokens, outputs],
    (t, o) => at(bias, o!) + sum(inputs, (i) => at(x, 0, t!, i) * at(matrix, i, o!)),
  );
  return probeCase('linear', {}, [x, matrix, bias], expected);
}

function embedding(): ProbeCase {
  const [ids, table] = [integers([1, 5], [2, 0, 22, 2, 17]), weight([19, 23], 6)];
  const expected = build([5, 19], (t, feature) => at(table, feature!, at(ids, 0, t!)));
  return probeCase('embedding', {}, [ids, table], expected);
}

function softmax(): ProbeCase {
  const x = waves([3, 17], 7, 4);
  const total = (row: number) => sum(17, (i) => Math.exp(at(x, row, i)));
  const expected = build([3, 17], (row, i) => Math.exp(at(x, row!, i!)) / total(row!));
  return probeCase('softmax', {}, [x], expected);
}

function silu(): ProbeCase {
  const x = waves([3, 17], 8, 4);
  return probeCase(
    'silu',
    {},
    [x],
    Array.from(x.data, (value) => value / (1 + Math.exp(-value))),
  );
}

function rmsNorm(): ProbeCase {
  const [x, scale, eps] = [waves([1, 5, 29], 9), weight([29], 10), 1e-5];
  const meanSquare = (t: number) => sum(29, (i) => at(x, 0, t, i) ** 2) / 29;
  const expected = build(
    [5, 29],
    (t, i) => (at(x, 0, t!, i!) / Math.sqrt(meanSquare(t!) + eps)) * at(scale, i!),
  );
  return probeCase('rmsNorm', { eps }, [x, scale], expected);
}

function rope(): ProbeCase {
  const [tokens, heads, dim] = [3, 2, 8];
  const half = dim / 2;
  const angle = (t: number, i: number) => (t + 1) * 0.3 ** (i % half);
  const table = (value: (t: number, i: number) => number): ProbeOperand => ({
    shape: [1, tokens, 1, dim],
    data: Float32Array.from(build([tokens, dim], (t, i) => value(t!, i!))),
  });
  const x = waves([1, tokens, heads, dim], 11);
  const cos = table((t, i) => Math.cos(angle(t, i)));
  const sin = table((t, i) => Math.sin(angle(t, i)) * (i < half ? -1 : 1));
  const expected = build([tokens, heads, dim], (t, h, i) => {
    const partner = at(x, 0, t!, h!, (i! + half) % dim);
    return at(x, 0, t!, h!, i!) * at(cos, 0, t!, 0, i!) + partner * at(sin, 0, t!, 0, i!);
  });
  return probeCase('rope', { interleaved: false }, [x, cos, sin], expected);
}

/** Grouped heads, and a causal mask in which one key stands for two tokens, as behind a merge. */
function attention(queries: number, keys: number): ProbeCase {
  const [heads, shared, dim] = [4, 2, 8];
  const scale = dim ** -0.5;
  const q = waves([1, queries, heads, dim], 12, 2);
  const [k, v] = [waves([1, keys, shared, dim], 13, 2), waves([1, keys, shared, dim], 14)];
  const entry = (query: number, key: number) =>
    key > query + keys - queries ? MASKED : key === 1 ? Math.log(2) : 0;
  const mask: ProbeOperand = {
    shape: [1, 1, queries, keys],
    data: Float32Array.from(build([queries, keys], (query, key) => entry(query!, key!))),
  };
  const weightOf = (query: number, head: number, key: number) => {
    const score = sum(dim, (d) => at(q, 0, query, head, d) * at(k, 0, key, Math.floor(head / 2), d)) * scale;
    return Math.exp(score + at(mask, 0, 0, query, key));
  };
  const expected = build([queries, heads, dim], (query, head, d) => {
    const total = sum(keys, (key) => weightOf(query!, head!, key));
    return sum(
      keys,
      (key) => (weightOf(query!, head!, key) / total) * at(v, 0, key, Math.floor(head! / 2), d!),
    );
  });
  return probeCase('attention', { scale, softcap: null }, [q, k, v, mask], expected);
}

/** Seven tokens become four: the first stays, then there are three pairs. */
function tokenMerge(): ProbeCase {
  const features = 11;
  const slots = [
    [0, -1, 0],
    [1, 2, 1],
    [3, 4, 1],
    [5, 6, 1],
  ] as const;
  const x = { ...waves([1, 7, features], 15), domains: { 1: 'tokens' } };
  const plan = { ...integers([1, slots.length, 3], slots.flat()), domains: { 1: 'tokens/2@0' } };
  const dot = (a: number, b: number) => sum(features, (i) => at(x, 0, a, i) * at(x, 0, b, i));
  const expected = slots.flatMap(([left, right]) =>
    build([features], (i) => {
      if (right < 0) return at(x, 0, left, i!);
      const omega = Math.acos(dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right)));
      return (Math.sin(omega / 2) / Math.sin(omega)) * (at(x, 0, left, i!) + at(x, 0, right, i!));
    }),
  );
  return probeCase('tokenMerge', { interpolation: 'slerp' }, [x, plan], expected);
}
