import {
  ATTENTION_UNIFORMS,
  type AttentionShape,
  attentionDeclarations,
  attentionInputs,
  attentionState,
  cachedVector,
  fromBuffers,
  type KeySource,
  type SeenBy,
  softmaxBlock,
} from './attention-step.js';
import { type Components, kernelFamily } from './kernel.js';
import { range } from './range.js';

/** Queries of a workgroup, which read the same keys at the same time. */
export const QUERY_GROUP = 64;
/** Keys that an invocation takes at a time, by its queries: their products are in registers. */
const BLOCKS = { 1: 8, 4: 4 } as const;
/** Keys and values, in vectors, that a workgroup's memory has room for: half of the 16 KiB that every device has. */
const TILE_NUMBERS = 2048;

/**
 * softmax(cap(q·kᵀ · scale) + mask) · v for many queries (flash attention: Dao et al., 2022): q [B, N, heads, dim], k and v
 * [B, T, keyValueHeads, dim], mask [B, maskHeads, N, T]. All sums are float32, also over `half` keys and values.
 *
 * An invocation has one query, or four, and goes through all keys, 8 or 4 at a time. A workgroup's invocations have queries of the
 * heads that share a key-value head, so all of them read the same key at once: `tiled` from the workgroup's memory, which they fill
 * together, in float32, else straight from the buffer, where a rasteriser reads for every lane, and four queries share what is read. Memory:
 * q and its sums once for every block of keys (from cache), the mask once, k and v once a workgroup, result once.
 */
export const attentionPerQuery = kernelFamily(
  'attentionPerQuery',
  (
    components: Components,
    half: boolean,
    room: number,
    capped: boolean,
    seenBy: SeenBy,
    queries: 1 | 4,
    tiled: boolean,
  ) => {
    const shape: AttentionShape = { components, half, room, capped, seenBy };
    const lanes = QUERY_GROUP / queries;
    const eachQuery = (line: (r: number) => string) => range(queries).map(line).join('\n');
    return {
      inputs: attentionInputs(shape),
      resultComponents: components,
      uniforms: ATTENTION_UNIFORMS,
      workgroupSize: lanes,
      unit: 'groups',
      code: `
        ${attentionDeclarations(shape)}
        ${tiled ? tileMemory(shape, BLOCKS[queries]) : ''}
        fn main() {
          let sharing = uniforms.heads / uniforms.keyValueHeads;
          let row = i32(workgroupId.y) / uniforms.keyValueHeads;
          let keyValueHead = i32(workgroupId.y) % uniforms.keyValueHeads;
          let last = sharing * uniforms.queries - 1;
          let stacked = i32(workgroupId.x) * ${QUERY_GROUP} + i32(localIndex) * ${queries};
          ${eachQuery(
            (r) => `
              let query${r} = min(stacked + ${r}, last) % uniforms.queries;
              let head${r} = keyValueHead * sharing + min(stacked + ${r}, last) / uniforms.queries;`,
          )}
          ${attentionState(shape, queries)}
          ${tiled ? tiledLoop(shape, queries, lanes) : plainLoop(shape, queries)}
          ${eachQuery(
            (r) => `
              if (stacked + ${r} <= last) {
                for (var i = 0; i < uniforms.valueVectors; i++) {
                  result[place${r} * uniforms.valueVectors + i] = sums[${r * room} + i] / weights${r};
                }
              }`,
          )}
        }`,
    };
  },
);

const plainLoop = (shape: AttentionShape, queries: 1 | 4) => `
  let end = ownEnd;
  for (var first = 0; first < end; first += ${BLOCKS[queries]}) {
    ${softmaxBlock(BLOCKS[queries], queries, shape, fromBuffers(shape))}
  }`;

/** Keys of a tile: as many whole blocks as have room, one where even that is tight. */
function tileKeys({ components, room }: AttentionShape, block: number): number {
  const vectors = TILE_NUMBERS / components / (2 * room);
  return Math.max(block, Math.floor(vectors / block) * block);
}

function tileMemory(shape: AttentionShape, block: number): string {
  const size = tileKeys(shape, block) * shape.room;
  return `
    var<workgroup> keyTile: array<f32v, ${size}>;
    var<workgroup> valueTile: array<f32v, ${size}>;`;
}

const fromTile: KeySource = {
  declare: (j) => `
    let from${j} = (key${j} - tile) * uniforms.vectors;
    let valueFrom${j} = (key${j} - tile) * uniforms.valueVectors;`,
  keyAt: (j) => `keyTile[from${j} + i]`,
  valueAt: (j) => `valueTile[valueFrom${j} + i]`,
};

function tiledLoop(shape: AttentionShape, queries: 1 | 4, lanes: number): string {
  const block = BLOCKS[queries];
  const keys = tileKeys(shape, block);
  return `
    for (var tile = 0; tile < uniforms.keys; tile += ${keys}) {
      let end = min(tile + ${keys}, uniforms.keys);
      workgroupBarrier();
      ${fillTile(shape, lanes, 'keyTile', 'k', 'uniforms.vectors')}
      ${fillTile(shape, lanes, 'valueTile', 'v', 'uniforms.valueVectors')}
      workgroupBarrier();
      for (var first = tile; first < end; first += ${block}) {
        ${softmaxBlock(block, queries, shape, fromTile)}
      }
    }`;
}

function fillTile(
  shape: AttentionShape,
  lanes: number,
  tile: string,
  source: string,
  vectors: string,
): string {
  const place = `(keyStart + key * uniforms.keyValueHeads) * ${vectors} + i % ${vectors}`;
  return `
    for (var i = i32(localIndex); i < (end - tile) * ${vectors}; i += ${lanes}) {
      let key = tile + i / ${vectors};
      ${tile}[i] = ${cachedVector(shape, source, place)};
    }`;
}
