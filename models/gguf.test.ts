import { GeodesicError } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { type GgufDescription, modelFromGguf } from './index.js';

const METADATA = {
  'general.architecture': 'llama',
  'general.name': 'a name',
  'llama.block_count': 30,
  'llama.embedding_length': 576,
  'llama.feed_forward_length': 1536,
  'llama.context_length': 8192,
  'llama.attention.head_count': 9,
  'llama.attention.head_count_kv': 3,
  'llama.attention.layer_norm_rms_epsilon': 1e-5,
  'llama.rope.freq_base': 100000,
  'llama.rope.dimension_count': 64,
  'tokenizer.ggml.tokens': ['a', 'b', 'c'],
};

const describing = (change: Record<string, unknown> = {}, ...tensorNames: string[]): GgufDescription => ({
  metadata: { ...METADATA, ...change },
  tensorNames,
});
const read = (change: Record<string, unknown> = {}, ...tensorNames: string[]) =>
  modelFromGguf(describing(change, ...tensorNames)).config;

function refusal(change: Record<string, unknown>): string {
  try {
    read(change);
  } catch (error) {
    if (error instanceof GeodesicError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('modelFromGguf', () => {
  it('reads metadata, and from the tensors what metadata does not say', () => {
    const expected = {
      vocabSize: 3,
      hiddenSize: 576,
      intermediateSize: 1536,
      numHiddenLayers: 30,
      numAttentionHeads: 9,
      numKeyValueHeads: 3,
      headDim: 64,
      rmsNormEps: 1e-5,
      ropeTheta: 100000,
      ropeScaling: null,
      slidingWindow: null,
      attentionBias: false,
      mlpBias: false,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 8192,
    };
    expect(read()).toEqual(expected);
    expect(read({}, 'output.weight', 'blk.0.attn_q.bias', 'blk.0.ffn_up.bias')).toEqual({
      ...expected,
      tieWordEmbeddings: false,
      attentionBias: true,
      mlpBias: true,
    });
  });

  it('fills in what files leave out as llama.cpp does', () => {
    const missing = { 'llama.attention.head_count_kv': undefined, 'llama.rope.freq_base': undefined };
    expect(read(missing)).toMatchObject({ numKeyValueHeads: 9, ropeTheta: 10000 });
  });

  it('reads head sizes, windows and linear scaling', () => {
    const change = {
      'llama.attention.key_length': 32,
      'llama.attention.sliding_window': 100,
      'llama.rope.scaling.type': 'linear',
      'llama.rope.scaling.factor': 4,
    };
    expect(read(change)).toMatchObject({
      headDim: 32,
      slidingWindow: 100,
      ropeScaling: { type: 'linear', factor: 4 },
    });
    expect(read({ 'llama.rope.scaling.type': 'none' })).toMatchObject({ ropeScaling: null });
  });

  it.each([
    ['llama.block_count', undefined],
    ['llama.embedding_length', -1],
    ['llama.attention.head_count', [9, 9]],
    ['llama.rope.scaling.type', 'yarn'],
    ['tokenizer.ggml.tokens', []],
  ])('names the field %s that is %j', (field, value) => {
    expect(refusal({ [field]: value })).toContain(
      `config.field: metadata of a 'llama' GGUF file: field '${field}': `,
    );
  });

  it('lists the architectures it has', () => {
    expect(refusal({ 'general.architecture': 'rwkv7' })).toBe(
      "config.architecture: architecture 'rwkv7' is not supported; supported are llama",
    );
    expect(refusal({ 'general.architecture': undefined })).toContain('config.architecture: ');
  });
});
