/**
 * How keys and values are cached on a device: `half`, rounded to half floats (11 significant bits, magnitudes up to 65504), two in a
 * word, where the device computes a graph in a way of its own; `float32`, as they are.
 */
export type CacheStorage = (typeof CACHE_STORAGES)[number];

export const CACHE_STORAGES = ['half', 'float32'] as const;
