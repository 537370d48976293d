import type { Operand } from '../lowering/op-case.js';
import { build, sum } from '../lowering/plain-array.js';
import { normals } from '../lowering/shapes.js';
import { roundToHalf } from '../round-to-half.js';
import { SeededNumbers } from '../seeded-numbers.js';

/** Steps of cached attention: how many tokens each adds, and what they are. */
export interface CacheCase {
  readonly steps: readonly number[];
  /** Steps that run op by op, over caches of float32 tensors. */
  readonly opByOp?: readonly number[];
  readonly rows: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly dim: number;
  readonly valueDim: number;
  /** How queries and keys turn, and how many of their features. */
  readonly rotation?: { readonly interleaved: boolean; readonly rotary: number };
  readonly window?: number;
  readonly softcap?: number;
  readonly slopes?: readonly number[];
  /** Default 1. */
  readonly valueScale?: number;
}

/** What a step adds; tables are there for a case that turns. */
export interface CacheStep {
  readonly queries: Operand;
  readonly keys: Operand;
  readonly values: Operand;
  readonly cosines: Operand;
  readonly sines: Operand;
  /** [rows, tokens]: 0 for padding, which the second row begins with. */
  readonly sizes: Operand;
  /** [rows, tokens] and [rows, tokens, 2]. */
  readonly positions: Operand;
  readonly extents: Operand;
}

/**
 * Both kernels of few and of many queries, caches that grow, heads of whole vectors, of whole words alone and of neither, partial
 * rotations of an odd half, steps op by op between others, values that no half float holds and that are below its normal ones.
 */
export const CACHE_CASES: readonly CacheCase[] = [
  { steps: [1], rows: 1, heads: 1, keyValueHeads: 1, dim: 2, valueDim: 2 },
  { steps: [1, 1, 1], rows: 2, heads: 4, keyValueHeads: 4, dim: 6, valueDim: 6, softcap: 3 },
  { steps: [37, 2, 1], rows: 2, heads: 4, keyValueHeads: 2, dim: 10, valueDim: 14, window: 5 },
  { steps: [130, 1, 129, 1], rows: 2, heads: 9, keyValueHeads: 3, dim: 64, valueDim: 64 },
  { steps: [67, 11], rows: 2, heads: 2, keyValueHeads: 1, dim: 16, valueDim: 24, slopes: [0.5, 0.0625] },
  { steps: [9, 1], rows: 1, heads: 2, keyValueHeads: 2, dim: 256, valueDim: 256 },
  { steps: [9, 1], rows: 1, heads: 2, keyValueHeads: 1, dim: 512, valueDim: 512 },
  { steps: [9, 3], rows: 2, heads: 2, keyValueHeads: 1, dim: 5, valueDim: 8 },
  { steps: [9, 3], rows: 1, heads: 2, keyValueHeads: 2, dim: 8, valueDim: 7 },
  { steps: [9, 2, 1, 1], opByOp: [1], rows: 2, heads: 4, keyValueHeads: 2, dim: 10, valueDim: 8 },
  { steps: [9, 1, 1], opByOp: [0], rows: 2, heads: 2, keyValueHeads: 2, dim: 16, valueDim: 16 },
  { steps: [12, 1], rows: 1, heads: 3, keyValueHeads: 1, dim: 8, valueDim: 8, valueScale: 1e5 },
  { steps: [12, 1], rows: 1, heads: 3, keyValueHeads: 1, dim: 8, valueDim: 6, valueScale: 1e-5 },
  ...[true, false].flatMap((interleaved): CacheCase[] => {
    const turning = (rotary: number) => ({ rotation: { interleaved, rotary } });
    return [
      { steps: [17, 1], rows: 2, heads: 6, keyValueHeads: 2, dim: 64, valueDim: 64, ...turning(64) },
      { steps: [17, 1], rows: 2, heads: 2, keyValueHeads: 2, dim: 16, valueDim: 16, ...turning(10) },
      { steps: [3, 9], rows: 1, heads: 2, keyValueHeads: 1, dim: 10, valueDim: 6, ...turning(2) },
      { steps: [3, 1], rows: 1, heads: 2, keyValueHeads: 1, dim: 7, valueDim: 6, ...turning(6) },
    ];
  }),
];

/** Whether a device that is asked to keeps the caches of a case as half floats. */
export function fitsHalves({ dim, valueDim }: CacheCase): boolean {
  return dim % 2 === 0 && valueDim % 2 === 0;
}

export function stepsOf(cacheCase: CacheCase): CacheStep[] {
  const { rows, heads, keyValueHeads, dim, valueDim, rotation, steps, valueScale = 1 } = cacheCase;
  const source = new SeededNumbers(77);
  return steps.map((tokens, step) => {
    const first = sum(step, (i) => steps[i]!);
    const positions = build([rows, tokens], (_, token) => first + token!);
    const table = () => fractions([rows, tokens, 1, rotation?.rotary ?? 0], source, 4, 1);
    const keys = [rows, tokens, keyValueHeads, dim];
    return {
      queries: normals([rows, tokens, heads, dim], source),
      // What turns gets few enough bits that no device rounds before the cache does.
      keys: rotation === undefined ? normals(keys, source) : fractions(keys, source, 1024, 3),
      values: normals([rows, tokens, keyValueHeads, valueDim], source, valueScale),
      ...{ cosines: table(), sines: table() },
      sizes: floats([rows, tokens], (row, token) => (isPadding(row!, first + token!) ? 0 : 1)),
      positions: floats([rows, tokens], (_, token) => first + token!),
      extents: {
        shape: [rows, tokens, 2],
        data: Float32Array.from(positions.flatMap((position) => [position, position])),
      },
    };
  });
}

/** Never a step's last token, so that each step has some query to look at. */
function isPadding(row: number, position: number): boolean {
  return row === 1 && position === 0;
}

function floats(shape: readonly number[], value: (...index: number[]) => number): Operand {
  return { shape, data: Float32Array.from(build(shape, value)) };
}

/** Multiples of 1 / parts up to ±most. */
function fractions(shape: readonly number[], source: SeededNumbers, parts: number, most: number): Operand {
  return floats(shape, () => (source.integer(2 * most * parts + 1) - most * parts) / parts);
}

type Index = readonly [row: number, token: number, head: number, feature: number];

const at = ({ shape, data }: Operand, [row, token, head, feature]: Index) =>
  data[((row * shape[1]! + token) * shape[2]! + head) * shape[3]! + feature] as number;

/** A feature of a query or key as it is turned. */
function turned(x: Operand, { cosines, sines }: CacheStep, { rotation }: CacheCase, index: Index): number {
  const [row, token, head, feature] = index;
  if (rotation === undefined || feature >= rotation.rotary) return at(x, index);
  const half = rotation.rotary / 2;
  const partner = rotation.interleaved ? feature ^ 1 : (feature + half) % rotation.rotary;
  const [cosine, sine] = [cosines, sines].map((table) => at(table, [row, token, 0, feature])) as [
    number,
    number,
  ];
  return at(x, index) * cosine + at(x, [row, token, head, partner]) * sine;
}

/** A token that is cached. */
interface Key {
  readonly position: number;
  key: readonly number[];
  value: readonly number[];
}

/**
 * What each query of each step attends to, in float64, over caches of half floats where those fit: [rows, tokens, heads, valueDim] a
 * step, of the queries that are no padding.
 */
export function expectedOf(cacheCase: CacheCase): number[][] {
  const { rows, heads, keyValueHeads, dim, valueDim } = cacheCase;
  const rounded = (numbers: readonly number[]) =>
    fitsHalves(cacheCase) ? numbers.map(roundToHalf) : numbers;
  const keys: Key[][][] = build([rows], () => build([keyValueHeads], () => []));
  return stepsOf(cacheCase).map((step, i) => {
    // Op by op nothing is rounded; the next plan rounds what was left to it.
    const cached = cacheCase.opByOp?.includes(i) ? (numbers: readonly number[]) => numbers : rounded;
    for (const key of keys.flat(2)) Object.assign(key, { key: cached(key.key), value: cached(key.value) });
    const tokens = step.keys.shape[1]!;
    const each = (visit: (row: number, token: number, position: number) => number[]) =>
      build([rows, tokens], (row, token) => [row!, token!, step.positions.data[token!]!] as const)
        .filter(([row, , position]) => !isPadding(row, position))
        .flatMap((place) => visit(...place));
    each((row, token, position) => {
      for (let head = 0; head < keyValueHeads; head++) {
        const index = (i: number) => [row, token, head, i] as const;
        const key = cached(build([dim], (i) => turned(step.keys, step, cacheCase, index(i!))));
        const value = cached(build([valueDim], (i) => at(step.values, index(i!))));
        keys[row]![head]!.push({ position, key, value });
      }
      return [];
    });
    return each((row, token, position) =>
      build([heads], (h) => h).flatMap((head) => {
        const query = build([dim], (i) => turned(step.queries, step, cacheCase, [row, token, head!, i!]));
        const own = keys[row]![Math.floor(head! / (heads / keyValueHeads))]!;
        return attended(query, { own, position, slope: cacheCase.slopes?.[head!] ?? 0 }, cacheCase);
      }),
    );
  });
}

function attended(
  query: readonly number[],
  { own, position, slope }: { own: readonly Key[]; position: number; slope: number },
  { dim, valueDim, window = Number.POSITIVE_INFINITY, softcap }: CacheCase,
): number[] {
  const seen = own.filter((key) => key.position <= position && position - key.position < window);
  const scores = seen.map(({ key, position: keyPosition }) => {
    const score = sum(dim, (i) => query[i]! * key[i]!) * dim ** -0.5;
    return (
      (softcap === undefined ? score : softcap * Math.tanh(score / softcap)) +
      slope * (keyPosition - position)
    );
  });
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return build([valueDim], (i) => sum(seen.length, (k) => weights[k]! * seen[k]!.value[i!]!) / total);
}

/** Those numbers of a step's result [rows, tokens, heads, valueDim] whose query is no padding. */
export function withoutPadding(
  { heads, valueDim }: CacheCase,
  { sizes }: CacheStep,
  data: Float32Array,
): number[] {
  const width = heads * valueDim;
  return [...sizes.data].flatMap((size, query) =>
    size === 0 ? [] : [...data.subarray(query * width, (query + 1) * width)],
  );
}
