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

/** Invocations of a workgroup: queries that read the same keys at the same time. */
const GROUP = 64;
/** Keys that an invocation takes at a time. */
const BLOCK = 8;
/** Keys and values, in vectors, that a workgroup's memory has room for: half of the 16 KiB that every device has. */
const TILE_NUMBERS = 2048;

/**
 * softmax(cap(q·kᵀ · scale) + mask) · v for many queries (flash attention: Dao et al., 2022): q [B, N, heads, dim], k and v
 * [B, T, keyValueHeads, dim], mask [B, maskHeads, N, T]. All sums are float32, also over `half` keys and values.
 *
 * An invocation has one query of one head and goes through all keys, 8 at a time. A workgroup's invocations are queries of the
 * heads that share a key-value head, so all of them read the same key at once: `tiled` from the workgroup's memory, which they fill
 * together, in float32, else straight from the buffer. Memory: q and its sums once for every 8 keys (from cache), the mask once, k and v once a
 * workgroup, result once.
 */
export const attentionPerQuery = kernelFamily(
  'attentionPerQuery',
  (components: Components, half: boolean, room: number, capped: boolean, seenBy: SeenBy, tiled: boolean) => {
    const shape: AttentionShape = { components, half, room, capped, seenBy };
    return {
      inputs: attentionInputs(shape),
      resultComponents: components,
      uniforms: ATTENTION_UNIFORMS,
      workgroupSize: GROUP,
      unit: 'groups',
      code: `
        ${attentionDeclarations(shape)}
        ${tiled ? tileMemory(shape) : ''}
        fn main() {
          let sharing = uniforms.heads / uniforms.keyValueHeads;
          let row = i32(workgroupId.y) / uniforms.keyValueHeads;
          let keyValueHead = i32(workgroupId.y) % uniforms.keyValueHeads;
          let stacked = i32(workgroupId.x) * ${GROUP} + i32(localIndex);
          let isQuery = stacked < sharing * uniforms.queries;
          let query = select(0, stacked % uniforms.queries, isQuery);
          let head = keyValueHead * sharing + select(0, stacked / uniforms.queries, isQuery);
          ${attentionState(shape)}
          ${tiled ? tiledLoop(shape) : plainLoop(shape)}
          if (!isQuery) { return; }
          for (var i = 0; i < uniforms.valueVectors; i++) {
            result[place * uniforms.valueVectors + i] = sums[i] / weights;
          }
        }`,
    };
  },
);

const plainLoop = (shape: AttentionShape) => `
  let end = ownEnd;
  for (var first = 0; first < end; first += ${BLOCK}) {
    ${softmaxBlock(BLOCK, shape, fromBuffers(shape))}
  }`;

/** Keys of a tile: as many whole blocks as have room, one where even that is tight. */
function tileKeys({ components, room }: AttentionShape): number {
  const vectors = TILE_NUMBERS / components / (2 * room);
  return Math.max(BLOCK, Math.floor(vectors / BLOCK) * BLOCK);
}

function tileMemory(shape: AttentionShape): string {
  const size = tileKeys(shape) * shape.room;
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

function tiledLoop(shape: AttentionShape): string {
  const keys = tileKeys(shape);
  return `
    for (var tile = 0; tile < uniforms.keys; tile += ${keys}) {
      let end = min(tile + ${keys}, uniforms.keys);
      workgroupBarrier();
      ${fillTile(shape, 'keyTile', 'k', 'uniforms.vectors')}
      ${fillTile(shape, 'valueTile', 'v', 'uniforms.valueVectors')}
      workgroupBarrier();
      for (var first = tile; first < end; first += ${BLOCK}) {
        ${softmaxBlock(BLOCK, shape, fromTile)}
      }
    }`;
}

function fillTile(shape: AttentionShape, tile: string, source: string, vectors: string): string {
  const place = `(keyStart + key * uniforms.keyValueHeads) * ${vectors} + i % ${vectors}`;
  return `
    for (var i = i32(localIndex); i < (end - tile) * ${vectors}; i += ${GROUP}) {
      let key = tile + i / ${vectors};
      ${tile}[i] = ${cachedVector(shape, source, place)};
    }`;
}
