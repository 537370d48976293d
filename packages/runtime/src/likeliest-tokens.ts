/** Up to so many tokens are picked in one pass over the vocabulary; for more it is sorted. */
const MOST_PICKED = 64;

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
