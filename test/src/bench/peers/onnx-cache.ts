/** SmolLM2's caches in ONNX models: one pair a layer, [1, heads, tokens, features]. */
const LAYERS = 30;
const EMPTY_SHAPE = [1, 3, 0, 64] as const;
const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** What a model is fed before the first token. */
export function emptyCache<T>(
  tensor: (data: Float32Array, shape: readonly number[]) => T,
): Record<string, T> {
  const names = Array.from({ length: LAYERS }, (_, i) => [`${PAST}${i}.key`, `${PAST}${i}.value`]).flat();
  return Object.fromEntries(names.map((name) => [name, tensor(new Float32Array(0), EMPTY_SHAPE)]));
}

/** What a model is fed behind a step, from the step's outputs. */
export function cacheBehind<T>(outputs: Readonly<Record<string, T>>): Record<string, T> {
  const cached = Object.entries(outputs).filter(([name]) => name.startsWith(PRESENT));
  return Object.fromEntries(cached.map(([name, value]) => [PAST + name.slice(PRESENT.length), value]));
}

export const int64 = (values: readonly number[]): BigInt64Array => BigInt64Array.from(values, BigInt);

export const ones = (length: number): BigInt64Array => new BigInt64Array(length).fill(1n);
