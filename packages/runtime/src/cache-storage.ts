import { type CacheStorage, type Device, isPacked, type Weight } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';

/**
 * What is asked for by name is not passed over silently.
 *
 * @throws GeodesicError `cache.half` where half floats are asked for and the device caches none
 */
export function checkCacheStorage(
  cache: CacheStorage | undefined,
  { name, halfCaches = false }: Device,
): void {
  if (cache !== 'half' || halfCaches) return;
  throw new GeodesicError(
    'cache.half',
    `the ${name} backend caches keys and values as float32 only: leave the storage of the cache open, or choose webgpu`,
  );
}

/** Half floats where the device can and weights are packed, which are coarser by far: else nothing is rounded unasked. */
export function defaultCacheStorage(
  { halfCaches = false }: Device,
  parameters: ReadonlyMap<string, Weight>,
): CacheStorage {
  return halfCaches && [...parameters.values()].some(isPacked) ? 'half' : 'float32';
}
