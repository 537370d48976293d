import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of OLMo-1B-hf. */
const OLMO = {
  architectures: ['OlmoForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  clip_qkv: null,
  eos_token_id: 50279,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 8192,
  max_position_embeddings: 2048,
  model_type: 'olmo',
  num_attention_heads: 16,
  num_hidden_layers: 16,
  num_key_value_heads: 16,
  pad_token_id: 1,
  rope_scaling: null,
  rope_theta: 10000.0,
  tie_word_embeddings: true,
  torch_dtype: 'float32',
  transformers_version: '4.40.0.dev0',
  use_cache: true,
  vocab_size: 50304,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...OLMO, ...change }).config;

describe('olmo', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 50304,
      hiddenSize: 2048,
      intermediateSize: 8192,
      numHiddenLayers: 16,
      numAttentionHeads: 16,
      numKeyValueHeads: 16,
      headDim: 128,
      activation: 'silu',
      normEps: 1e-5,
      ropeTheta: 10000,
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      clip: null,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 2048,
    });
    // OLMo-7B-0424.
    expect(read({ attention_bias: true, clip_qkv: 8.0 })).toEqual({
      ...read(),
      attentionBias: true,
      clip: 8,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'clip_qkv', 'hidden_act', 'num_key_value_heads', 'rope_theta'];
    expect(modelFromHuggingFace(without(OLMO, ...optional, 'tie_word_embeddings')).config).toEqual({
      ...read(),
      tieWordEmbeddings: false,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ clip_qkv: 0 }, "config.field: config.json of a 'olmo' model: field 'clip_qkv': "],
    [{ layer_norm_eps: 1e-6 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...OLMO, ...change })).toContain(message);
  });

  const fields = {
    block_count: 16,
    context_length: 2048,
    embedding_length: 2048,
    feed_forward_length: 8192,
    'attention.head_count': 16,
    'attention.head_count_kv': 16,
    'attention.layer_norm_epsilon': 1e-5,
    'rope.freq_base': 10000,
  };
  const file = (change: Record<string, unknown> = {}) => ggufFile('olmo', { ...fields, ...change });

  it('reads GGUF metadata', () => {
    expect(modelFromGguf(file()).config).toEqual({ ...read(), vocabSize: 3 });
    const clipped = file({ 'attention.clamp_kqv': 8 });
    expect(modelFromGguf(clipped).config).toEqual({ ...read(), vocabSize: 3, clip: 8 });
    const nothing = file({ 'attention.clamp_kqv': 0 });
    expect(modelFromGguf(nothing).config).toEqual({ ...read(), vocabSize: 3 });
  });

  it('refuses GGUF files without what it computes with', () => {
    const without = file({ 'attention.layer_norm_epsilon': undefined });
    expect(refusalOf(() => modelFromGguf(without))).toContain("field 'olmo.attention.layer_norm_epsilon': ");
  });
});
