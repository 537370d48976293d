import { bytes } from '@geodesic/page-parts';

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** `3.71 GFLOP`. */
export function flops(value: number): string {
  const power = value < 1 ? 0 : Math.min(PREFIXES.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? scaled.toFixed(0) : scaled.toPrecision(3)} ${PREFIXES[power]}FLOP`;
}

export const AMOUNTS = { flops, bytes } as const;
export type Measure = keyof typeof AMOUNTS;

/** `× 0.62`, or a dash where there is nothing to compare with. */
export function ratio(merged: number, base: number): string {
  return base === 0 ? '–' : `× ${(merged / base).toFixed(2)}`;
}
