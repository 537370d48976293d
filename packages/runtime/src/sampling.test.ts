import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.js';
import { argmax, checkSampling, type SamplingOptions, sampleToken } from './sampling.js';

/** Probabilities by Hugging Face's logits processors (test/oracle/sampling). */
interface SamplingGolden {
  readonly logits: readonly number[];
  readonly seen: readonly number[];
  readonly cases: readonly { readonly options: SamplingOptions; readonly probabilities: readonly number[] }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/goldens/sampling.json', import.meta.url), 'utf8'),
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
