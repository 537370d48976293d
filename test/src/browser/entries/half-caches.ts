import { type KernelVariant, webgpuBackend } from '@geodesic/backend-webgpu';
import { relativeDifference } from '../../difference.js';
import { CACHE_CASES, expectedOf, stepsOf, withoutPadding } from '../../webgpu/cache-cases.js';
import { runCachedAttention } from '../../webgpu/run-cached-attention.js';
import { withKernels } from '../../webgpu/with-kernels.js';

export interface Input {
  readonly variants: readonly KernelVariant[];
}

/** What each step of each case differs by from plain loops, of the largest number. */
export interface Output {
  readonly title: string;
  readonly difference: number;
}

/** Runs attention over caches of half floats. */
export async function main({ variants }: Input): Promise<Output[]> {
  const webgpu = await webgpuBackend.open();
  const outputs: Output[] = [];
  for (const variant of variants) {
    const device = withKernels(webgpu, variant);
    for (const cacheCase of CACHE_CASES) {
      const results = await runCachedAttention(device, cacheCase, 'half');
      const expected = expectedOf(cacheCase);
      for (const [i, step] of stepsOf(cacheCase).entries()) {
        const actual = withoutPadding(cacheCase, step, results[i]!);
        const title = `${variant} ${JSON.stringify(cacheCase)}, step ${i}`;
        outputs.push({ title, difference: relativeDifference(actual, expected[i]!) });
      }
    }
  }
  await webgpu.checkErrors();
  return outputs;
}
