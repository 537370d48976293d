import { GeodesicError } from '@geodesic/compiler';
import type { WebgpuAdapter } from '../adapter.js';
import { everywhere, KERNEL_VARIANTS, type KernelVariants } from '../kernels/variants.js';
import { cachedVariants, variantKey } from './variant-cache.js';

const VARIABLE = 'GEODESIC_WEBGPU_VARIANT';

/**
 * The variants that a device starts with: the one that the environment asks for; else those that were measured on such a device; else
 * what suits most of its kind. Measures nothing, since opening must be quick.
 *
 * @throws GeodesicError `backend.variant` for an environment that asks for something else
 */
export function initialVariants(
  { info, software }: Pick<WebgpuAdapter, 'info' | 'software'>,
  env: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): KernelVariants {
  const asked = env[VARIABLE];
  if (asked) {
    const forced = KERNEL_VARIANTS.find((variant) => variant === asked);
    if (forced !== undefined) return everywhere(forced);
    throw new GeodesicError(
      'backend.variant',
      `${VARIABLE} is ${asked}: set it to ${KERNEL_VARIANTS.join(' or ')}, or leave it out`,
    );
  }
  return cachedVariants(variantKey(info)) ?? everywhere(software ? 'serial' : 'parallel');
}
