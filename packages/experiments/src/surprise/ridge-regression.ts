import { choleskySolve } from './cholesky-solve.js';

/** The penalty of a squared weight of a feature of deviation 1, as a share of the samples. */
const PENALTY = 1 / 64;

/** Linear least squares with a penalty on the weights of standardised features (Hoerl and Kennard, 1970), fed sample by sample. */
export class RidgeRegression {
  #samples = 0;
  #targets = 0;
  readonly #sums: Float64Array;
  readonly #withTarget: Float64Array;
  /** Σ xᵢ xⱼ for j ≤ i, row-major. */
  readonly #products: Float64Array;

  constructor(readonly features: number) {
    this.#sums = new Float64Array(features);
    this.#withTarget = new Float64Array(features);
    this.#products = new Float64Array(features * features);
  }

  add(x: ArrayLike<number>, target: number): void {
    const n = this.features;
    // Private fields are slow to reach in the inner loop.
    const [sums, withTarget, products] = [this.#sums, this.#withTarget, this.#products];
    this.#samples += 1;
    this.#targets += target;
    for (let i = 0, at = 0; i < n; i++, at += n) {
      const value = x[i] as number;
      sums[i] = (sums[i] as number) + value;
      withTarget[i] = (withTarget[i] as number) + value * target;
      for (let j = 0; j <= i; j++) products[at + j] = (products[at + j] as number) + value * (x[j] as number);
    }
  }

  /** The weights and the bias of the features as they are. */
  solve(): { weights: Float32Array; bias: number } {
    const n = this.features;
    const means = this.#sums.map((sum) => sum / this.#samples);
    const mean = this.#targets / this.#samples;
    const covariance = (i: number, j: number) =>
      (this.#products[i * n + j] as number) / this.#samples - (means[i] as number) * (means[j] as number);
    const deviations = means.map((_, i) => Math.sqrt(Math.max(covariance(i, i), 0)) || 1);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const scale = (deviations[i] as number) * (deviations[j] as number);
        matrix[i * n + j] = covariance(i, j) / scale + (i === j ? PENALTY : 0);
      }
    }
    const right = means.map(
      (own, i) => ((this.#withTarget[i] as number) / this.#samples - own * mean) / (deviations[i] as number),
    );
    const weights = choleskySolve(matrix, right).map((weight, i) => weight / (deviations[i] as number));
    const bias = weights.reduce((sum, weight, i) => sum - weight * (means[i] as number), mean);
    return { weights: Float32Array.from(weights), bias };
  }
}
