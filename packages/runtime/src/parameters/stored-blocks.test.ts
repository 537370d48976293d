import type { StoredWeight } from '@geodesic/models';
import { type Checkpoint, tensorCodecs } from '@geodesic/weights';
import { describe, expect, it } from 'vitest';
import { blockReader } from './stored-blocks.js';
import { weightReader } from './stored-weight.js';

const [OUTPUTS, INPUTS] = [24, 64];
const codec = tensorCodecs.get('Q8_0')!;
const BLOCKS = (OUTPUTS * INPUTS) / codec.blockElements;

/** A checkpoint of one Q8_0 matrix whose numbers all differ: blocks have a scale of 1 and one of 1/64. */
function checkpointOf(format: Checkpoint['format'] = 'gguf'): Checkpoint {
  const bytes = Uint8Array.from({ length: BLOCKS * codec.blockBytes }, (_, i) => (i * 37) % 251);
  for (let block = 0; block < BLOCKS; block++) {
    bytes.set([block, block % 2 === 0 ? 0x3c : 0x24], block * codec.blockBytes);
  }
  const rows = new Float32Array(OUTPUTS * INPUTS);
  codec.decode(bytes, BLOCKS, rows, 0);
  return {
    format,
    tensors: new Map([['m', { name: 'm', dtype: 'Q8_0', shape: [OUTPUTS, INPUTS] }]]),
    metadata: new Map(),
    names: () => ['m'],
    readFloat32: async (_name, { transposed = false } = {}) =>
      transposed ? columnsOf(rows, OUTPUTS) : rows.slice(),
    readBlocks: async () => ({ dtype: 'Q8_0', shape: [OUTPUTS, INPUTS], bytes }),
    close: async () => {},
  };
}

/** [outputs, inputs] as [inputs, outputs]. */
function columnsOf(rows: Float32Array, outputs: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(rows, (_, i) => rows[(i % outputs) * INPUTS + Math.floor(i / outputs)]!);
}

describe('blocks hold what is read as float32', () => {
  it.each<[string, number, Partial<StoredWeight>]>([
    ['a whole matrix', 24, {}],
    ['rows of a fused one', 8, { rows: { groups: 1, of: 24, start: 8, size: 8 } }],
    ['rows of each group', 6, { rows: { groups: 3, of: 8, start: 5, size: 2 } }],
    ['interleaved heads', 24, { interleavedHeads: 3 }],
    [
      'interleaved heads of a fused one',
      16,
      { rows: { groups: 1, of: 24, start: 8, size: 16 }, interleavedHeads: 2 },
    ],
  ])('%s', async (_what, outputs, recipe) => {
    const stored = { name: 'm', ...recipe };
    const expected = await weightReader(checkpointOf())(stored, [INPUTS, outputs]);
    const blocks = await blockReader(checkpointOf())(stored);
    expect(blocks?.shape).toEqual([outputs, INPUTS]);
    const rows = new Float32Array(outputs * INPUTS);
    codec.decode(blocks!.bytes, rows.length / codec.blockElements, rows, 0);
    expect(columnsOf(rows, outputs)).toEqual(expected);
  });
});

it.each<[string, Partial<StoredWeight>]>([
  ['one that something is added to', { plus: 1 }],
  ['one stored turned', { layout: 'inOut' }],
  ['one of a single feature', { layout: 'vector' }],
  ['a stack of vectors', { stackOf: 2 }],
])('%s is not taken in blocks', async (_what, recipe) => {
  expect(await blockReader(checkpointOf())({ name: 'm', ...recipe })).toBeUndefined();
});

it('nor is one of safetensors', async () => {
  expect(await blockReader(checkpointOf('safetensors'))({ name: 'm' })).toBeUndefined();
});
