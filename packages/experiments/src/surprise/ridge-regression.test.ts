import { seededRandom } from '@geodesic/runtime';
import { expect, it } from 'vitest';
import { RidgeRegression } from './ridge-regression.js';

it('gives the weights that uncorrelated features have, less the penalty, whatever their scales', () => {
  const fit = new RidgeRegression(2);
  // Each pair of signs once: deviations of 10 and 0.1 about means of 3 and −1, no correlation.
  for (const [a, b] of [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ] as const) {
    const x = [3 + 10 * a, -1 + 0.1 * b];
    fit.add(x, 2 * (x[0] as number) - 50 * (x[1] as number) + 7);
  }
  const { weights, bias } = fit.solve();
  // A penalty of 1/64 divides weights of features without correlation by 65/64.
  expect(weights[0]).toBeCloseTo((2 * 64) / 65, 5);
  expect(weights[1]).toBeCloseTo((-50 * 64) / 65, 5);
  // The line goes through the means: 2 · 3 + 50 + 7 = 63.
  expect((weights[0] as number) * 3 - (weights[1] as number) + bias).toBeCloseTo(63, 4);
});

it('solves for features that belong together as the normal equations say', () => {
  const random = seededRandom(1);
  const samples = Array.from({ length: 40 }, () => {
    const [a, b] = [random(), random()];
    return { x: [a, a + 0.2 * b, b], y: random() };
  });
  const fit = new RidgeRegression(3);
  for (const { x, y } of samples) fit.add(x, y);
  const { weights } = fit.solve();
  const mean = (of: (sample: (typeof samples)[number]) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const means = [0, 1, 2].map((i) => mean(({ x }) => x[i] as number));
  const target = mean(({ y }) => y);
  // The gradient: mean of (prediction − y) · xᵢ about the means, and a penalty of 1/64 of the feature's variance.
  for (const i of [0, 1, 2]) {
    const centred = (x: number[], j: number) => (x[j] as number) - (means[j] as number);
    const residual = ({ x, y }: (typeof samples)[number]) =>
      [0, 1, 2].reduce((sum, j) => sum + (weights[j] as number) * centred(x, j), 0) - (y - target);
    const variance = mean(({ x }) => centred(x, i) ** 2);
    const gradient = mean((sample) => residual(sample) * centred(sample.x, i));
    expect(gradient + ((weights[i] as number) * variance) / 64).toBeCloseTo(0, 6);
  }
});
