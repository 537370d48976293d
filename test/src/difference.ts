type Numbers = ArrayLike<number>;

/**
 * The largest |actual − expected|. Infinite where one of them is not a number or the counts differ, so that no bound holds.
 */
export function largestDifference(actual: Numbers, expected: Numbers): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/**
 * The largest difference as a share of the largest expected magnitude, which is what rounding is in proportion to.
 *
 * @param termMagnitude of the terms of sums that may cancel; rounding is in proportion to this where it is larger
 */
export function relativeDifference(actual: Numbers, expected: Numbers, termMagnitude = 0): number {
  let magnitude = termMagnitude;
  for (let i = 0; i < expected.length; i++) magnitude = Math.max(magnitude, Math.abs(expected[i] as number));
  const difference = largestDifference(actual, expected);
  return difference === 0 ? 0 : difference / magnitude;
}

/** Whether two arrays of float32 are the same bit for bit. */
export function sameBits(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  const [x, y] = [bits(a), bits(b)];
  return x.every((value, i) => value === y[i]);
}

function bits(values: Numbers): Uint32Array {
  return new Uint32Array(Float32Array.from(values).buffer);
}
