import { logSoftmax } from './log-softmax.js';

/** KL divergence of `other` from `base` in nats, over the vocabulary. What `base` never says adds nothing. */
export function klDivergence(base: Float32Array, other: Float32Array): number {
  return klOfLogProbabilities(logSoftmax(base), logSoftmax(other));
}

/** As `klDivergence`, of the logarithms of both distributions. */
export function klOfLogProbabilities(base: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let id = 0; id < base.length; id++) {
    const logP = base[id] as number;
    const probability = Math.exp(logP);
    if (probability > 0) sum += probability * (logP - (other[id] as number));
  }
  return sum;
}
