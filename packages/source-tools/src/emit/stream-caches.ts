import { cachedStreamOf, layerOfDomain, TOKENS } from '@geodesic/compiler';

/** A cached stream of the tokens or slots of a domain. */
export interface CachedStream {
  /** The field of the caches that holds the domain: `tokens`, or `slots15` behind the merge after layer 15. */
  readonly domain: string;
  /** `extents` or `sizes`. */
  readonly stream: string;
}

/** What an output or state `cache.tokens/2@15.extents` is in the caches of an emitted module. */
export function cachedStream(name: string): CachedStream {
  const { domain, stream } = cachedStreamOf(name);
  const layer = layerOfDomain(domain);
  return { domain: layer === undefined ? TOKENS : `slots${layer}`, stream };
}
