import { findAdapter } from '../adapter.js';
import { webgpuBackend } from '../webgpu-backend.js';
import { measureVariants } from './measure-variants.js';
import { cacheVariants, variantKey } from './variant-cache.js';
import { variantStore } from './variant-store.js';
import { fastest, type VariantTimings } from './variant-timings.js';

/** What tuning found out. */
export interface Tuning {
  readonly timings: VariantTimings;
  /** Where the choice is kept: a file, `localStorage`, or `memory` for no longer than the program runs. */
  readonly place: string;
}

/**
 * Measures which variant of each kernel is the faster here, and keeps the choice for each time that the backend is opened from then on; a
 * device that is open already stays as it is. Best when the machine does nothing else.
 *
 * @throws GeodesicError `backend.unavailable`, and as `measureVariants`
 */
export async function tuneWebgpu(): Promise<Tuning> {
  const device = await webgpuBackend.open();
  const timings = await measureVariants(device);
  const adapter = await findAdapter();
  const store = variantStore();
  const isKept = adapter !== undefined && cacheVariants(variantKey(adapter.info), fastest(timings), store);
  return { timings, place: isKept ? store.place : 'memory' };
}
