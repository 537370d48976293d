import { type CachedState, type DeviceState, prepareGraph } from '@geodesic/backend';
import { compile, type HostArray, type RotaryScaling, slerpMerge } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BackendUnderTest, describeBackends } from '../describe-backends.js';
import { largestDifference } from '../difference.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { PLAIN_LLAMA, withLlama } from './random-llama.js';
import { RUN_COUNT } from './run-count.js';

const { hiddenSize, headDim, numKeyValueHeads: heads, ropeTheta } = PLAIN_LLAMA.config;
const FEATURES = heads * headDim;
/** Merged behind the last layer but one, so that one layer has caches behind it. */
const MERGE = { afterLayer: 2, keepStart: 0, keepEnd: 1, minLength: 0, chunk: 2, stream: 'kv' } as const;
const KEYS = 'cache.layers.3.attention.keys';
const VALUES = 'cache.layers.3.attention.values';
const STREAM = 'cache.tokens/2@2';
const TAIL = 'cache.layers.2.tail';
/** Entries are of about 1, turned twice by angles that float32 rounds by up to 2e-6. */
const TOLERANCE = 2e-5;

/** A row of a cache: slots that stay, then one slot a token of the tail. Positions count on from `first`. */
interface Row {
  readonly settled: number;
  readonly tail: number;
  readonly first: number;
  /** Invalid entries before the cache, and before and behind the first token of the tail. */
  readonly padding: number;
}

const rows = fc.array(
  fc.record({
    settled: fc.nat({ max: 3 }),
    tail: fc.nat({ max: 7 }),
    first: fc.nat({ max: 20 }),
    padding: fc.nat({ max: 2 }),
  }),
  { minLength: 1, maxLength: 3 },
);

/** The caches of rows, and where in them each row's entries are. */
class Caches {
  readonly #numbers: SeededNumbers;
  readonly width: number;
  readonly tailWidth: number;
  readonly keys: Float32Array;
  readonly values: Float32Array;

  constructor(
    readonly rows: readonly Row[],
    seed: number,
  ) {
    this.#numbers = new SeededNumbers(seed);
    this.width = Math.max(1, ...rows.map(({ settled, tail, padding }) => settled + tail + padding));
    this.tailWidth = Math.max(1, ...rows.map(({ tail, padding }) => tail + padding));
    const count = rows.length * this.width * FEATURES;
    this.keys = this.#numbers.normals(count);
    this.values = this.#numbers.normals(count);
  }

  /** Padded on the left. */
  slotsOf({ settled, tail }: Row): number[] {
    return Array.from({ length: settled + tail }, (_, i) => this.width - settled - tail + i);
  }

  /** The first token at the left edge, the others at the right: padding lies between them. */
  tokensOf({ tail }: Row): number[] {
    return Array.from({ length: tail }, (_, i) => (i === 0 ? 0 : this.tailWidth - tail + i));
  }

  entry(data: Float32Array, row: number, slot: number): number[] {
    const start = (row * this.width + slot) * FEATURES;
    return [...data.subarray(start, start + FEATURES)];
  }

  /** Runs the graph that merges, and gives what is cached then. */
  async merged(model: LanguageModel, options: object): Promise<ReadonlyMap<string, HostArray>> {
    const { device, parameters, cache } = model;
    const { remerge } = compile(model.definition, { passes: [slerpMerge({ ...MERGE, ...options })] });
    const runner = prepareGraph(remerge!, device, parameters, { cache });
    device.activate();
    const count = this.rows.length;
    const cached = [count, this.width, heads, headDim];
    const states = new Map<string, CachedState>([
      [
        TAIL,
        device.tf.tensor(this.#numbers.normals(count * this.tailWidth * hiddenSize), [
          count,
          this.tailWidth,
          hiddenSize,
        ]),
      ],
      [KEYS, device.tf.tensor(this.keys, cached)],
      [VALUES, device.tf.tensor(this.values, cached)],
      [`${STREAM}.sizes`, this.#sizes(this.width, (row) => this.slotsOf(row))],
      [`${STREAM}.extents`, this.#extents(this.width, (row) => this.slotsOf(row), 0)],
    ]);
    const tokens = (row: Row) => this.tokensOf(row);
    const positions = this.#extents(this.tailWidth, tokens, 1);
    const sizes = this.#sizes(this.tailWidth, tokens);
    const result = await runner.run({
      inputs: {
        'tokens.extents': positions,
        'tokens.sizes': sizes,
        'tokens.positionIds': {
          shape: sizes.shape,
          data: Float32Array.from(sizes.data, (_, i) => Math.max(0, positions.data[i * 2] as number)),
        },
      },
      states,
    });
    const after = new Map<string, HostArray>();
    for (const name of [`${STREAM}.sizes`, `${STREAM}.extents`])
      after.set(name, result.states.get(name) as HostArray);
    for (const name of [KEYS, VALUES]) {
      const tensor = result.states.get(name) as Tensor;
      after.set(name, { shape: tensor.shape, data: (await tensor.data()) as Float32Array });
    }
    const held = [...states, ...result.states, ...result.device].map(([, state]) => state);
    for (const state of held) if ('dispose' in state) (state as DeviceState).dispose();
    runner.dispose();
    return after;
  }

  /** [first, first] for each entry; what is settled counts from 0 where the tail counts from `settled` on. */
  #extents(width: number, placesOf: (row: Row) => number[], tail: 0 | 1): HostArray {
    const data = new Int32Array(this.rows.length * width * 2).fill(-1);
    for (const [r, row] of this.rows.entries()) {
      for (const [i, place] of placesOf(row).entries()) {
        data.fill(row.first + i + tail * row.settled, (r * width + place) * 2, (r * width + place) * 2 + 2);
      }
    }
    return { shape: [this.rows.length, width, 2], data };
  }

  /** 1 for each entry, 0 for padding. */
  #sizes(width: number, placesOf: (row: Row) => number[]): HostArray {
    const data = new Float32Array(this.rows.length * width);
    for (const [r, row] of this.rows.entries())
      for (const place of placesOf(row)) data[r * width + place] = 1;
    return { shape: [this.rows.length, width], data };
  }
}

/** Turned by position · θ^(−2i / dim), feature i with i + dim / 2 of each head. */
function turned(key: readonly number[], position: number): number[] {
  const half = headDim / 2;
  return key.map((value, feature) => {
    const i = feature % headDim;
    const angle = position * ropeTheta ** ((-2 * (i % half)) / headDim);
    const partner = i < half ? -(key[feature + half] as number) : (key[feature - half] as number);
    return value * Math.cos(angle) + partner * Math.sin(angle);
  });
}

type Combine = (a: readonly number[], b: readonly number[]) => number[];

const combinations: Readonly<Record<'slerp' | 'mean' | 'drop', Combine>> = {
  mean: (a, b) => a.map((x, i) => (x + b[i]!) / 2),
  drop: (_, b) => [...b],
  slerp(a, b) {
    const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
    const cos = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    const angle = Math.acos(cos);
    const weight = Math.abs(cos) > 0.9995 ? 0.5 : Math.sin(angle / 2) / Math.sin(angle);
    return a.map((x, i) => weight * (x + b[i]!));
  },
};

/** What stands in a cache behind a merge: entries in order, with how many tokens each stands for. */
interface Entry {
  readonly key: number[];
  readonly value: number[];
  readonly size: number;
}

/** The entries of a row by plain loops in float64. */
function expectedEntries(
  caches: Caches,
  r: number,
  combine: Combine,
  placed: (first: number, last: number) => number,
): Entry[] {
  const row = caches.rows[r]!;
  const entries = caches.slotsOf(row).map((slot) => ({
    key: caches.entry(caches.keys, r, slot),
    value: caches.entry(caches.values, r, slot),
    size: 1,
  }));
  const region = row.tail - MERGE.keepEnd;
  if (region < MERGE.chunk) return entries;
  const merged = entries.slice(0, row.settled);
  for (let i = 0; i < row.tail; ) {
    const [a, b] = [entries[row.settled + i]!, entries[row.settled + i + 1]];
    if (i + 1 >= region) {
      merged.push(a);
      i += 1;
      continue;
    }
    const position = row.first + row.settled + i;
    const pair = combine(turned(a.key, -position), turned(b!.key, -position - 1));
    merged.push({
      key: turned(pair, placed(position, position + 1)),
      value: combine(a.value, b!.value),
      size: 2,
    });
    i += 2;
  }
  return merged;
}

/** The entries of a row that are valid by the cached sizes. */
function actualEntries(after: ReadonlyMap<string, HostArray>, r: number): Entry[] {
  const { shape, data } = after.get(`${STREAM}.sizes`)!;
  const width = shape[1]!;
  const part = (name: string, slot: number) => {
    const start = (r * width + slot) * FEATURES;
    return [...after.get(name)!.data.subarray(start, start + FEATURES)];
  };
  return Array.from(data.subarray(r * width, (r + 1) * width), (size, slot) => ({ size, slot }))
    .filter(({ size }) => size > 0)
    .map(({ size, slot }) => ({ size, key: part(KEYS, slot), value: part(VALUES, slot) }));
}

const placements = {
  midpoint: (first: number, last: number) => (first + last) / 2,
  first: (first: number) => first,
  last: (_: number, last: number) => last,
};

function expectEntries(actual: readonly Entry[], expected: readonly Entry[]): void {
  expect(actual.map(({ size }) => size)).toEqual(expected.map(({ size }) => size));
  for (const part of ['key', 'value'] as const) {
    const flat = (entries: readonly Entry[]) => entries.flatMap((entry) => entry[part]);
    expect(largestDifference(flat(actual), flat(expected))).toBeLessThanOrEqual(TOLERANCE);
  }
}

function suite(backend: BackendUnderTest): void {
  it('turns keys back, combines pairs and turns the slots, as plain loops do', () =>
    withLlama(PLAIN_LLAMA, backend.device, (model) =>
      fc.assert(
        fc.asyncProperty(
          rows,
          fc.nat(),
          fc.constantFrom('slerp' as const, 'mean' as const, 'drop' as const),
          fc.constantFrom('midpoint' as const, 'first' as const, 'last' as const),
          async (drawn, seed, interpolation, positions) => {
            const caches = new Caches(drawn, seed);
            const after = await caches.merged(model, { interpolation, positions });
            for (const r of drawn.keys()) {
              const expected = expectedEntries(caches, r, combinations[interpolation], placements[positions]);
              expectEntries(actualEntries(after, r), expected);
            }
          },
        ),
        { numRuns: RUN_COUNT[backend.name] },
      ),
    ));

  it.each<RotaryScaling>([
    { type: 'linear', factor: 4 },
    {
      type: 'yarn',
      factor: 4,
      originalMaxPositionEmbeddings: 16,
      attentionFactor: 1.14,
      betaFast: 32,
      betaSlow: 1,
      truncate: true,
    },
  ])('gives a key that stays where it was back as it was: $type', (ropeScaling) =>
    withLlama(
      { ...PLAIN_LLAMA, config: { ...PLAIN_LLAMA.config, ropeScaling } },
      backend.device,
      async (model) => {
        const caches = new Caches([{ settled: 2, tail: 7, first: 5, padding: 1 }], 3);
        const after = await caches.merged(model, { interpolation: 'drop', positions: 'last' });
        const all = caches.slotsOf(caches.rows[0]!).map((slot) => caches.entry(caches.keys, 0, slot));
        const keys = [0, 1, 3, 5, 7, 8].map((i) => all[i]!);
        const actual = actualEntries(after, 0).map(({ key }) => key);
        expect(largestDifference(actual.flat(), keys.flat())).toBeLessThanOrEqual(TOLERANCE);
      },
    ),
  );
}

await describeBackends('caches whose pairs are merged in place', suite, {
  exclude: { node: 'its caches are TensorFlow variables, which only its own graphs read' },
});
