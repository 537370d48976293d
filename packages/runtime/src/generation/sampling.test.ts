import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.js';
import { argmax, checkSampling, type SamplingOptions, sampleToken } from './sampling.js';

/** Probabilities by Hugging Face's logits processors (test/oracle/sampling). */
interface SamplingGolden {
  readonly logits: readonly number[];
  readonly seen: readonly number[];
  readonly cases: readonly { readonly options: SamplingOptions; readonly probabilities: readonly number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../test/goldens/sampling.json', import.meta.url), 'utf8'),
) as SamplingGolden;
const logits = Float32Array.from(golden.logits);

/** How often each token is drawn, as a share of all draws. */
function shares(options: SamplingOptions, draws: number, random: (draw: number) => number): number[] {
  const counts = new Array<number>(logits.length).fill(0);
  for (let draw = 0; draw < draws; draw++) {
    const id = sampleToken(logits, options, golden.seen, () => random(draw));
    counts[id] = (counts[id] as number) + 1;
  }
  return counts.map((count) => count / draws);
}

/** The token that a random number draws when top-k and top-p sort the whole vocabulary. */
function drawBySorting(values: Float32Array, options: SamplingOptions, random: number): number {
  const { temperature = 1, topK = values.length, topP = 1, minP = 0 } = options;
  const largest = Math.max(...values);
  const order = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number));
  const least = values[order[Math.min(topK, values.length) - 1] as number] as number;
  const weights = Array.from(values, (value) =>
    value >= least ? Math.exp((value - largest) / temperature) : 0,
  );
  const total = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
  const target = topP * total(weights);
  let above = 0;
  for (const id of order) {
    const weight = weights[id] as number;
    if ((topP < 1 && above >= target) || weight < minP) weights[id] = 0;
    above += weight;
  }
  let rest = random * total(weights);
  return weights.findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
}

describe('sampleToken', () => {
  it.each(golden.cases)(
    'draws from the distribution of transformers with $options',
    ({ options, probabilities }) => {
      const draws = 4000;
      // Evenly spaced random numbers: each token is drawn in proportion to its probability, but for the two ends of its interval.
      const drawn = shares(options, draws, (draw) => (draw + 0.5) / draws);
      for (const [id, probability] of probabilities.entries()) {
        expect(Math.abs((drawn[id] as number) - probability), `token ${id}`).toBeLessThanOrEqual(
          1.001 / draws,
        );
        if (probability === 0) expect(drawn[id], `token ${id}`).toBe(0);
      }
    },
  );

  it('draws with its own random numbers in proportion to probability', () => {
    const random = seededRandom(5);
    const draws = 5000;
    const drawn = shares({ temperature: 1 }, draws, random);
    const expected = golden.cases[0]?.probabilities ?? [];
    // Five standard deviations of a share of that many draws.
    for (const [id, p] of expected.entries())
      expect(Math.abs((drawn[id] as number) - p)).toBeLessThanOrEqual(
        5 * Math.sqrt((p * (1 - p)) / draws) + 1e-9,
      );
  });

  it('takes the likeliest token without a temperature, whatever else is asked for', () => {
    const likeliest = golden.logits.indexOf(Math.max(...golden.logits));
    const never = () => expect.fail('greedy decoding draws nothing');
    for (const options of [{}, { temperature: 0 }, { topK: 3, topP: 0.1 }])
      expect(sampleToken(logits, options, [], never)).toBe(likeliest);
  });

  it('penalises repetition without a temperature too', () => {
    const close = Float32Array.of(2, 1.9, -1);
    expect(sampleToken(close, { repetitionPenalty: 1.5 }, [0], Math.random)).toBe(1);
    expect(sampleToken(Float32Array.of(-1, -1.2), { repetitionPenalty: 2 }, [0, 0], Math.random)).toBe(1);
  });

  it('leaves the logits as they are', () => {
    const before = logits.slice();
    sampleToken(logits, { temperature: 1, topK: 3, repetitionPenalty: 2 }, golden.seen, () => 0.5);
    expect(logits).toEqual(before);
  });

  it('draws as if it sorted the whole vocabulary', () => {
    const seeds = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom(1, 7, 256, 257, 3000),
        // Whole numbers are often equal, a spread of 0 makes all so; wide ones leave few likely tokens.
        fc.constantFrom(
          (x: number) => Math.floor(4 * x),
          () => 0,
          (x: number) => x,
          (x: number) => 40 * x,
        ),
        fc.record(
          {
            temperature: fc.constantFrom(0.1, 0.7, 1, 3),
            topK: fc.constantFrom(1, 2, 40, 256, 1000, 5000),
            topP: fc.constantFrom(0.001, 0.3, 0.9, 0.999, 1),
            minP: fc.constantFrom(0, 0.05, 0.9, 1),
          },
          { requiredKeys: ['temperature'] },
        ),
        (seed, size, spread, options) => {
          const next = seededRandom(seed);
          const values = Float32Array.from({ length: size }, () => spread(next()));
          const random = next();
          const drawn = sampleToken(values, options, [], () => random);
          expect(drawn).toBe(drawBySorting(values, options, random));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps what is as likely as the k-th token, as transformers does', () => {
    const equal = Float32Array.of(1, 2, 3, 2, -1);
    const drawn = Array.from({ length: 50 }, (_, i) =>
      sampleToken(equal, { temperature: 1, topK: 2 }, [], () => (i + 0.5) / 50),
    );
    expect(new Set(drawn)).toEqual(new Set([1, 2, 3]));
  });

  it('never draws a token of logit -Infinity', () => {
    const masked = Float32Array.of(Number.NEGATIVE_INFINITY, -3, Number.NEGATIVE_INFINITY, 2);
    for (const options of [{}, { topK: 3 }, { topK: 99 }, { topP: 0.999 }, { minP: 0 }])
      for (const random of [0, 0.5, 1 - 2 ** -53]) {
        const id = sampleToken(masked, { temperature: 1, ...options }, [], () => random);
        expect([1, 3]).toContain(id);
      }
    expect(sampleToken(masked, { repetitionPenalty: 2 }, [0, 3], Math.random)).toBe(3);
  });

  it.each([
    [[0, Number.NaN, 1], 'the logit of token 1 is NaN'],
    [[Number.NaN, 5], 'the logit of token 0 is NaN'],
    [[3, 2, Number.POSITIVE_INFINITY], 'the logit of token 2 is Infinity'],
    [new Array<number>(3).fill(Number.NEGATIVE_INFINITY), 'no token has a logit above -Infinity'],
    [[], 'no token has a logit above -Infinity'],
  ])('refuses logits %o', (values, what) => {
    const message = `no token can be chosen: ${what}; try another backend, and report it if that one gives the same`;
    for (const options of [{}, { temperature: 1 }, { temperature: 1, topK: 1 }, { repetitionPenalty: 2 }])
      expect(() => sampleToken(Float32Array.from(values), options, [], Math.random)).toThrow(
        expect.objectContaining({ name: 'GeodesicError', code: 'sampling.logits', message }),
      );
  });

  it('checks its options', () => {
    expect(() => sampleToken(logits, { temperature: 1, topK: 0 }, [], Math.random)).toThrow(
      expect.objectContaining({ code: 'sampling.option' }),
    );
  });

  it('draws the same tokens for the same seed', () => {
    const draws = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () =>
        sampleToken(logits, { temperature: 1, topK: 20, topP: 0.95 }, [], random),
      );
    };
    expect(draws(3)).toEqual(draws(3));
    expect(draws(4)).not.toEqual(draws(3));
  });

  it('gives a token for every random number and extreme logits', () => {
    const extreme = fc.constantFrom(0, 1, -1, 1e30, -1e30, -1e9, 88);
    fc.assert(
      fc.property(
        fc.array(extreme, { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.record(
          {
            topK: fc.integer({ min: 1, max: 30 }),
            topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
            minP: fc.double({ min: 0, max: 1, noNaN: true }),
          },
          { requiredKeys: [] },
        ),
        (values, random, options) => {
          const drawnFrom = Float32Array.from(values);
          const id = sampleToken(drawnFrom, { temperature: 1, ...options }, [], () => random);
          // What is e^-100 times as likely as another is never drawn.
          expect(Math.max(...drawnFrom) - (drawnFrom[id] as number)).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});

it('argmax gives the first of equals', () => {
  expect(argmax(Float32Array.of(1, 3, 3, 2))).toBe(1);
  expect(argmax(Float32Array.of(-5))).toBe(0);
});

describe('checkSampling', () => {
  it.each([
    [{ temperature: -0.1 }, 'temperature must be at least 0, not -0.1'],
    [{ temperature: Number.NaN }, 'temperature must be at least 0, not NaN'],
    [{ temperature: Number.POSITIVE_INFINITY }, 'temperature must be at least 0, not Infinity'],
    [{ topK: 0 }, 'topK must be a whole number of at least 1, not 0'],
    [{ topK: 2.5 }, 'topK must be a whole number of at least 1, not 2.5'],
    [{ topP: 0 }, 'topP must be above 0 and at most 1, not 0'],
    [{ topP: 1.01 }, 'topP must be above 0 and at most 1, not 1.01'],
    [{ minP: -0.1 }, 'minP must be between 0 and 1, not -0.1'],
    [{ minP: 1.1 }, 'minP must be between 0 and 1, not 1.1'],
    [{ repetitionPenalty: 0 }, 'repetitionPenalty must be above 0, not 0'],
  ])('refuses %o', (options, message) => {
    expect(() => checkSampling(options)).toThrow(
      expect.objectContaining({ code: 'sampling.option', message }),
    );
  });

  it('takes what is in range, and options that are left out', () => {
    checkSampling({});
    checkSampling({ temperature: 0, topK: 1, topP: 1, minP: 0, repetitionPenalty: 0.5 });
  });
});
