import { TOKENS } from '@geodesic/compiler';

/** A cached stream of the tokens or slots of a domain. */
export interface CachedStream {
  /** The field of the caches that holds the domain: `tokens`, or `slots15` behind the merge after layer 15. */
  readonly domain: string;
  /** `extents` or `sizes`. */
  readonly stream: string;
}

/** What an output or state `cache.tokens/2@15.extents` is in the caches of an emitted module. */
export function cachedStream(name: string): CachedStream {
  const [, domain = '', stream = ''] = /^cache\.(.*)\.(\w+)$/.exec(name) ?? [];
  const layer = /@(\d+)$/.exec(domain)?.[1];
  return { domain: layer === undefined ? TOKENS : `slots${layer}`, stream };
}

export function isCachedStream(name: string): boolean {
  return name.startsWith(`cache.${TOKENS}`);
}
