import { packHalves, wordsOf } from './halves.js';
import { type Components, type KernelSource, kernelFamily } from './kernel.js';
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
 * which a row has room for `capacity` tokens: q [B, N, heads, dim], k and v [B, N, keyValueHeads, dim]. With `half`, caches hold
 * half floats, two in a word.
 *
 * A vector that is written an invocation: first all of the queries, then keys, then values. Memory: everything once in and once out,
 * tables once a head (from cache).
 */
export const cacheKeys = kernelFamily(
  'cacheKeys',
  (components: 1 | 4, rotation: CacheRotation, half: boolean): KernelSource => {
    const { vectors, cached, declarations, stored } = half
      ? storedHalves(components)
      : storedNumbers(components);
    const type = components === 1 ? 'f32' : 'vec4<f32>';
    return {
      inputs: {
        ...(rotation !== null && { queries: components }),
        keys: components,
        values: components,
        ...(rotation !== null && { cosines: components, sines: components }),
      },
      results: {
        ...(rotation !== null && { turned: components }),
        keyCache: cached,
        valueCache: cached,
      },
      ...(half && { words: ['keyCache', 'valueCache'] }),
      uniforms: CACHE_KEYS_UNIFORMS,
      workgroupSize: 64,
      unit: 'lanes',
      code: `
        ${declarations}
        ${rotation === null ? '' : turning('queries', rotation, components)}
        ${rotation === null ? keysAsTheyAre(type) : turning('keys', rotation, components)}
        fn main(index: i32) {
          if (index >= uniforms.size) { return; }
          let group = uniforms.heads * uniforms.vectors;
          let keyGroup = uniforms.keyValueHeads * uniforms.vectors / ${vectors};
          let valueGroup = uniforms.keyValueHeads * uniforms.valueVectors / ${vectors};
          let everyToken = uniforms.size / (${rotation === null ? '' : 'group + '}keyGroup + valueGroup);
          var place = index;
          ${rotation === null ? '' : TURN_QUERIES}
          if (place < everyToken * keyGroup) {
            let token = place / keyGroup;
            let at = cachePlace(token) * keyGroup + place % keyGroup;
            keyCache[at] = ${stored((vector) => `turn_keys(${vector}, token)`)};
            return;
          }
          place -= everyToken * keyGroup;
          let at = cachePlace(place / valueGroup) * valueGroup + place % valueGroup;
          valueCache[at] = ${stored((vector) => `values[${vector}]`)};
        }
        fn cachePlace(token: i32) -> i32 {
          return token / uniforms.tokens * uniforms.capacity + uniforms.past + token % uniforms.tokens;
        }`,
    };
  },
);

/** How the kernel writes what is number `place` of a cache's places. */
interface Stored {
  /** Vectors that a place takes. */
  readonly vectors: 1 | 2;
  /** What the caches are arrays of. */
  readonly cached: Components;
  readonly declarations: string;
  /** WGSL of what is written, where `vector` gives that of a vector by its number. */
  readonly stored: (vector: (number: string) => string) => string;
}

function storedNumbers(components: 1 | 4): Stored {
  return { vectors: 1, cached: components, declarations: '', stored: (vector) => vector('place') };
}

/** Of single numbers, two make a word. */
function storedHalves(components: 1 | 4): Stored {
  if (components === 4) {
    const stored: Stored['stored'] = (vector) => `packHalves(${vector('place')})`;
    return { vectors: 1, cached: wordsOf(4), declarations: packHalves(4), stored };
  }
  return {
    vectors: 2,
    cached: wordsOf(2),
    declarations: packHalves(2),
    stored: (vector) => `packHalves(vec2(${vector('2 * place')}, ${vector('2 * place + 1')}))`,
  };
}

/** How many invocations `cacheKeys` has for keys or values of this many numbers. */
export function cachePlaces(numbers: number, components: 1 | 4, half: boolean): number {
  return numbers / components / (half ? storedHalves(components) : storedNumbers(components)).vectors;
}

const TURN_QUERIES = `
  if (place < everyToken * group) {
    turned[place] = turn_queries(place, place / group);
    return;
  }
  place -= everyToken * group;`;

const keysAsTheyAre = (type: string) => `
    fn turn_keys(place: i32, token: i32) -> ${type} { return keys[place]; }`;

function turning(name: 'queries' | 'keys', rotation: 'halves' | 'interleaved', components: 1 | 4): string {
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
