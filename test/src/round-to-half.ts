/** The half float nearest to a number, ties to even, and the largest one for what lies beyond it (IEEE 754 binary16). */
export function roundToHalf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return 0;
  // 10 bits behind the first; below 2^-14 the spacing stays.
  const spacing = 2 ** (Math.max(Math.floor(Math.log2(magnitude)), -14) - 10);
  const scaled = magnitude / spacing;
  const below = Math.floor(scaled);
  const isUp = scaled - below > 0.5 || (scaled - below === 0.5 && below % 2 === 1);
  return Math.sign(value) * Math.min((below + (isUp ? 1 : 0)) * spacing, 65504);
}
