/** Up to so many tokens are picked in one pass over the vocabulary; for more it is sorted. */
const MOST_PICKED = 64;

/**
 * Natural logarithms of the probabilities that logits stand for. In plain loops: `Float64Array.from` takes several times as long, which
 * experiments would pay for every token that they compare.
 */
export function logSoftmax(logits: Float32Array): Float64Array {
  const { length } = logits;
  let largest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < length; id++) largest = Math.max(largest, logits[id] as number);
  let total = 0;
  for (let id = 0; id < length; id++) total += Math.exp((logits[id] as number) - largest);
  const logTotal = largest + Math.log(total);
  const logs = new Float64Array(length);
  for (let id = 0; id < length; id++) logs[id] = (logits[id] as number) - logTotal;
  return logs;
}

/** Ids of the `count` largest logits, the largest first, equal ones by id. */
export function topTokens(logits: Float32Array | Float64Array, count: number): number[] {
  if (count <= MOST_PICKED) return pickedTokens(logits, count);
  const order = Uint32Array.from(logits, (_, id) => id);
  order.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
  return Array.from(order.subarray(0, count));
}

function pickedTokens(logits: Float32Array | Float64Array, count: number): number[] {
  const picked: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (picked.length === count && logit <= (logits[picked[count - 1] as number] as number)) continue;
    let place = picked.length;
    while (place > 0 && (logits[picked[place - 1] as number] as number) < logit) place--;
    picked.splice(place, 0, id);
    if (picked.length > count) picked.pop();
  }
  return picked;
}

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
