import { type Components, kernelFamily } from './kernel.js';
import { swappedPlace } from './rope.js';

/** Sizes of what `cacheKeys` writes; vectors are of `components` numbers. */
export const CACHE_KEYS_UNIFORMS = {
  size: 'i32',
  tokens: 'i32',
  heads: 'i32',
  keyValueHeads: 'i32',
  vectors: 'i32',
  valueVectors: 'i32',
  rotary: 'i32',
  capacity: 'i32',
  past: 'i32',
} as const;

/** How queries and keys turn; null where they don't, and then the queries stay where they are. */
export type CacheRotation = 'halves' | 'interleaved' | null;

/**
 * Turns queries and keys by their positions (as `rope`), and writes keys and values behind the `past` tokens of their caches, in
 * which a row has room for `capacity` tokens: q [B, N, heads, dim], k and v [B, N, keyValueHeads, dim].
 *
 * A vector an invocation: first all of the queries, then keys, then values. Memory: everything once in and once out, tables once a
 * head (from cache).
 */
export const cacheKeys = kernelFamily('cacheKeys', (components: Components, rotation: CacheRotation) => ({
  inputs: {
    ...(rotation !== null && { queries: components }),
    keys: components,
    values: components,
    ...(rotation !== null && { cosines: components, sines: components }),
  },
  results: {
    ...(rotation !== null && { turned: components }),
    keyCache: components,
    valueCache: components,
  },
  uniforms: CACHE_KEYS_UNIFORMS,
  workgroupSize: 64,
  unit: 'lanes',
  code: `
      ${rotation === null ? '' : turning('queries', rotation, components) + turning('keys', rotation, components)}
      fn main(index: i32) {
        if (index >= uniforms.size) { return; }
        let group = uniforms.heads * uniforms.vectors;
        let keyGroup = uniforms.keyValueHeads * uniforms.vectors;
        let valueGroup = uniforms.keyValueHeads * uniforms.valueVectors;
        let everyToken = uniforms.size / (${rotation === null ? '' : 'group + '}keyGroup + valueGroup);
        var place = index;
        ${rotation === null ? '' : TURN_QUERIES}
        if (place < everyToken * keyGroup) {
          let token = place / keyGroup;
          let at = cachePlace(token) * keyGroup + place % keyGroup;
          keyCache[at] = ${rotation === null ? 'keys[place]' : 'turn_keys(place, token)'};
          return;
        }
        place -= everyToken * keyGroup;
        valueCache[cachePlace(place / valueGroup) * valueGroup + place % valueGroup] = values[place];
      }
      fn cachePlace(token: i32) -> i32 {
        return token / uniforms.tokens * uniforms.capacity + uniforms.past + token % uniforms.tokens;
      }`,
}));

const TURN_QUERIES = `
  if (place < everyToken * group) {
    turned[place] = turn_queries(place, place / group);
    return;
  }
  place -= everyToken * group;`;

function turning(
  name: 'queries' | 'keys',
  rotation: 'halves' | 'interleaved',
  components: Components,
): string {
  return `
    fn turn_${name}(place: i32, token: i32) -> ${components === 1 ? 'f32' : 'vec4<f32>'} {
      let value = ${name}[place];
      let feature = place % uniforms.vectors;
      if (feature >= uniforms.rotary) { return value; }
      let at = token * uniforms.rotary + feature;
      let swapped = ${swappedPlace(name, 'place', rotation === 'interleaved', components)};
      return value * cosines[at] + swapped * sines[at];
    }`;
}
