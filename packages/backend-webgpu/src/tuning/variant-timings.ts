import {
  KERNEL_VARIANTS,
  type KernelVariant,
  type KernelVariants,
  type TunedKernel,
} from '../kernels/variants.js';

/** Times one of a kernel's typical cases in a variant. Milliseconds of one run. */
export type TimeCase = (variant: KernelVariant) => Promise<number>;

/** The typical cases of each kernel. */
export type TimedCases = Readonly<Record<TunedKernel, readonly TimeCase[]>>;

/** How the variants of a kernel compare. */
export interface VariantTiming {
  /** Milliseconds of a case in each variant: the geometric mean over the cases. */
  readonly serialMs: number;
  readonly parallelMs: number;
  /** The faster. */
  readonly variant: KernelVariant;
}

export type VariantTimings = Readonly<Record<TunedKernel, VariantTiming>>;

/** An odd number, so that the median is one of them. */
const SAMPLES = 3;

/** Times all kernels in both variants. The variants take turns, so that what else the machine does meets both alike. */
export async function timeVariants(cases: TimedCases): Promise<VariantTimings> {
  const timings: Partial<Record<TunedKernel, VariantTiming>> = {};
  for (const [kernel, ofKernel] of Object.entries(cases)) {
    timings[kernel as TunedKernel] = await timeKernel(ofKernel);
  }
  return timings as VariantTimings;
}

/** The faster variant of each kernel. */
export function fastest(timings: VariantTimings): KernelVariants {
  const chosen = Object.entries(timings).map(([kernel, { variant }]) => [kernel, variant]);
  return Object.fromEntries(chosen) as KernelVariants;
}

async function timeKernel(cases: readonly TimeCase[]): Promise<VariantTiming> {
  const medians: Record<KernelVariant, number[]> = { serial: [], parallel: [] };
  for (const time of cases) {
    const samples: Record<KernelVariant, number[]> = { serial: [], parallel: [] };
    for (let sample = 0; sample < SAMPLES; sample++) {
      for (const variant of KERNEL_VARIANTS) samples[variant].push(await time(variant));
    }
    for (const variant of KERNEL_VARIANTS) medians[variant].push(median(samples[variant]));
  }
  // Geometric, so that a case that takes long does not outweigh the others.
  const serialMs = geometricMean(medians.serial);
  const parallelMs = geometricMean(medians.parallel);
  return { serialMs, parallelMs, variant: parallelMs < serialMs ? 'parallel' : 'serial' };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
