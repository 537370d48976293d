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
