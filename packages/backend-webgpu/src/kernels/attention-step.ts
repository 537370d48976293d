import { MASKED } from '@geodesic/compiler';
import { unpackHalves, wordsOf } from './halves.js';
import type { Components } from './kernel.js';
import { range } from './range.js';
import { vectorType } from './rows.js';

/**
 * Uniforms that the attention kernels share; vectors are those of a key and of a value. A row of keys and values has room for
 * `capacity` tokens; the window counts only with streams.
 */
export const ATTENTION_UNIFORMS = {
  queries: 'i32',
  keys: 'i32',
  heads: 'i32',
  keyValueHeads: 'i32',
  maskHeads: 'i32',
  vectors: 'i32',
  valueVectors: 'i32',
  capacity: 'i32',
  scale: 'f32',
  softcap: 'f32',
  window: 'f32',
} as const;

/** What tells a query which keys it sees: a mask in memory, or the streams of both, with or without ALiBi. */
export type SeenBy = 'mask' | 'streams' | 'streams and slopes';

/** What an attention kernel is written for. */
export interface AttentionShape {
  readonly components: Components;
  /** Whether keys and values are half floats, two in a word; vectors have as many numbers either way. */
  readonly half: boolean;
  /** Vectors that the sums of a query have room for. */
  readonly room: number;
  readonly capped: boolean;
  readonly seenBy: SeenBy;
}

/**
 * Bindings of an attention kernel. Streams have a vec4 a token: the last position of its extent, or −1 for padding, what its size adds to
 * scores, and its position.
 */
export function attentionInputs({
  components,
  half,
  seenBy,
}: AttentionShape): Readonly<Record<string, Components>> {
  const cached = half ? wordsOf(components) : components;
  const operands = { q: components, k: cached, v: cached };
  if (seenBy === 'mask') return { ...operands, mask: 1 };
  const streams = { queryTokens: 4, keyTokens: 4 } as const;
  return { ...operands, ...streams, ...(seenBy === 'streams and slopes' && { slopes: 1 as const }) };
}

/** WGSL: types, and `scoreOf(product, bias)`, the capped and masked score of a product q·k. */
export function attentionDeclarations({ components, half, capped, seenBy }: AttentionShape): string {
  const cap = `
      let e = exp(-2.0 * abs(score / uniforms.softcap));
      score = sign(score) * uniforms.softcap * (1.0 - e) / (1.0 + e);`;
  return `
    ${vectorType(components)}
    ${half ? unpackHalves(components) : ''}
    // Scores are kept within ±LARGEST, so that differences of two are finite.
    const LARGEST = 1.5e38;
    fn scoreOf(product: f32, bias: f32) -> f32 {
      var score = product * uniforms.scale;${capped ? cap : ''}
      return clamp(score + bias, -LARGEST, LARGEST);
    }
    ${seenBy === 'mask' ? '' : STREAM_BIAS}`;
}

/**
 * WGSL of what the op `attentionMask` adds to a score. One comparison of whole numbers: SwiftShader takes half a minute to compile a block
 * of keys with four of them each.
 */
const STREAM_BIAS = `
    fn seenBias(queried: vec4<f32>, key: vec4<f32>) -> f32 {
      let distance = queried.x - key.x;
      let least = min(min(queried.x, key.x), min(distance, uniforms.window - 1.0 - distance));
      return select(f32(${MASKED}), key.y, least >= 0.0);
    }`;

/** WGSL: what is added to query `r`'s score of the row's key `key`. */
function biasOf(seenBy: SeenBy, r: number, key: string): string {
  switch (seenBy) {
    case 'mask':
      return `mask[maskStart${r} + ${key}]`;
    case 'streams':
      return `seenBias(queryToken${r}, keyTokens[keyTokenStart + ${key}])`;
    case 'streams and slopes':
      return `seenBias(queryToken${r}, keyTokens[keyTokenStart + ${key}])
        + slopes[head${r}] * (keyTokens[keyTokenStart + ${key}].z - queryToken${r}.z)`;
  }
}

/**
 * WGSL of the places of the `queries` queries of an invocation, `query0` of `head0` of `row` and so on, and of online softmaxes that have
 * seen no key.
 *
 * The sums are an array, not a variable a number: a driver that compiles for a CPU takes minutes for hundreds of variables.
 */
export function attentionState({ room, seenBy }: AttentionShape, queries: number): string {
  const each = (line: (r: number) => string) => range(queries).map(line).join('\n');
  const mask = `
    ${each(
      (r) => `
        let maskHead${r} = select(head${r}, 0, uniforms.maskHeads == 1);
        let maskStart${r} = ((row * uniforms.maskHeads + maskHead${r}) * uniforms.queries + query${r}) * uniforms.keys;`,
    )}
    // All keys: the mask says which are seen.
    let ownEnd = uniforms.keys;`;
  const streams = `
    ${each((r) => `let queryToken${r} = queryTokens[row * uniforms.queries + query${r}];`)}
    let keyTokenStart = row * uniforms.keys;
    // Queries are the last of the keys, and see none behind their own.
    var lastQuery = query0;
    ${range(queries - 1)
      .map((r) => `lastQuery = max(lastQuery, query${r + 1});`)
      .join('\n')}
    let ownEnd = uniforms.keys - uniforms.queries + lastQuery + 1;`;
  return `
    ${each(
      (r) => `
        let place${r} = (row * uniforms.queries + query${r}) * uniforms.heads + head${r};
        let queryStart${r} = place${r} * uniforms.vectors;
        var largest${r} = -LARGEST;
        var weights${r} = 0.0;`,
    )}
    ${seenBy === 'mask' ? mask : streams}
    let keyStart = row * uniforms.capacity * uniforms.keyValueHeads + keyValueHead;
    var sums: array<f32v, ${queries * room}>;
    for (var i = 0; i < ${queries * room}; i++) { sums[i] = f32v(0.0); }`;
}

/** Where a block of keys is read from. */
export interface KeySource {
  /** WGSL: constants that the other two use, of the block's key j, which is the row's key `key${j}`. */
  readonly declare: (j: number) => string;
  /** WGSL: vector i of the block's key j. */
  readonly keyAt: (j: number) => string;
  /** WGSL: vector i of its value. */
  readonly valueAt: (j: number) => string;
}

/**
 * WGSL of a block of keys' part in an online softmax (Milakov and Gimelshein, 2018): sums are kept in proportion to e^(the largest
 * score so far), and rescaled when a larger one comes. A block at a time, since the sums lie in memory. Reads `first`, the block's first
 * key, and `end`, behind the last one.
 */
export function softmaxBlock(
  block: number,
  queries: number,
  { room, seenBy }: AttentionShape,
  { declare, keyAt, valueAt }: KeySource,
): string {
  const eachKey = (line: (j: number) => string) => range(block).map(line).join('\n');
  const eachQuery = (line: (r: number) => string) => range(queries).map(line).join('\n');
  const eachPair = (line: (r: number, j: number) => string) => eachQuery((r) => eachKey((j) => line(r, j)));
  return `
    ${eachKey((j) => `let key${j} = min(first + ${j}, end - 1); ${declare(j)}`)}
    ${eachPair((r, j) => `var product${r}_${j} = f32v(0.0);`)}
    for (var i = 0; i < uniforms.vectors; i++) {
      ${eachKey((j) => `let key${j}At = ${keyAt(j)};`)}
      ${eachQuery((r) => `let queried${r} = q[queryStart${r} + i];`)}
      ${eachPair((r, j) => `product${r}_${j} += queried${r} * key${j}At;`)}
    }
    ${eachPair((r, j) => `let score${r}_${j} = scoreOf(total(product${r}_${j}), ${biasOf(seenBy, r, `key${j}`)});`)}
    ${eachQuery(
      (r) => `
        var most${r} = largest${r};
        ${eachKey((j) => `most${r} = max(most${r}, score${r}_${j});`)}
        let shrink${r} = exp(largest${r} - most${r});
        largest${r} = most${r};
        // Keys behind the end, which the block has room for, weigh nothing.
        ${eachKey((j) => `let weight${r}_${j} = select(0.0, exp(score${r}_${j} - most${r}), first + ${j} < end);`)}
        weights${r} = weights${r} * shrink${r} + (${range(block)
          .map((j) => `weight${r}_${j}`)
          .join(' + ')});`,
    )}
    for (var i = 0; i < uniforms.valueVectors; i++) {
      ${eachKey((j) => `let value${j} = ${valueAt(j)};`)}
      ${eachQuery(
        (r) => `
          var sum${r} = sums[${r * room} + i] * shrink${r};
          ${eachKey((j) => `sum${r} += weight${r}_${j} * value${j};`)}
          sums[${r * room} + i] = sum${r};`,
      )}
    }`;
}

/** WGSL: a vector of keys or values, by its binding and its place there. */
export function cachedVector({ half }: AttentionShape, binding: string, place: string): string {
  return half ? `unpackHalves(${binding}[${place}])` : `${binding}[${place}]`;
}

/** Keys and values straight from their buffers. */
export const fromBuffers = (shape: AttentionShape): KeySource => ({
  declare: (j) => `
    let from${j} = (keyStart + key${j} * uniforms.keyValueHeads) * uniforms.vectors;
    let valueFrom${j} = (keyStart + key${j} * uniforms.keyValueHeads) * uniforms.valueVectors;`,
  keyAt: (j) => cachedVector(shape, 'k', `from${j} + i`),
  valueAt: (j) => cachedVector(shape, 'v', `valueFrom${j} + i`),
});
