/** Natural logarithms of the probabilities that logits stand for. */
export function logSoftmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((max, logit) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  const logTotal = largest + Math.log(total);
  return Float64Array.from(logits, (logit) => logit - logTotal);
}

/** Ids of the `count` largest logits, the largest first, equal ones by id. */
export function topTokens(logits: Float32Array, count: number): number[] {
  const order = Uint32Array.from(logits, (_, id) => id);
  order.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
  return Array.from(order.subarray(0, count));
}

/** KL divergence of `other` from `base` in nats, over the vocabulary. What `base` never says adds nothing. */
export function klDivergence(base: Float32Array, other: Float32Array): number {
  const [p, q] = [logSoftmax(base), logSoftmax(other)];
  return p.reduce((sum, logP, id) => {
    const probability = Math.exp(logP);
    return probability === 0 ? sum : sum + probability * (logP - (q[id] as number));
  }, 0);
}
