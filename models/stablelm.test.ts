import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of stablelm-2-1_6b. */
const STABLELM = {
  architectures: ['StableLmForCausalLM'],
  bos_token_id: 100257,
  eos_token_id: 100257,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 5632,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 4096,
  model_type: 'stablelm',
  num_attention_heads: 32,
  num_hidden_layers: 24,
  num_key_value_heads: 32,
  partial_rotary_factor: 0.25,
  rope_theta: 10000,
  tie_word_embeddings: false,
  torch_dtype: 'float16',
  transformers_version: '4.38.0',
  use_cache: true,
  use_qkv_bias: true,
  vocab_size: 100352,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...STABLELM, ...change }).config;

describe('stablelm', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 100352,
      hiddenSize: 2048,
      intermediateSize: 5632,
      numHiddenLayers: 24,
      numAttentionHeads: 32,
      numKeyValueHeads: 32,
      headDim: 64,
      activation: 'silu',
      normEps: 1e-5,
      ropeTheta: 10000,
      ropeScaling: null,
      rotaryDim: 16,
      attentionBias: true,
      queryKeyNorm: false,
      parallelResidual: false,
      tieWordEmbeddings: false,
      maxPositionEmbeddings: 4096,
    });
    // As stablelm-2-12b has them.
    const large = {
      use_qkv_bias: false,
      qk_layernorm: true,
      use_parallel_residual: true,
      hidden_dropout: 0.0,
    };
    expect(read({ ...large, rope_parameters: { partial_rotary_factor: 0.5 } })).toMatchObject({
      attentionBias: false,
      queryKeyNorm: true,
      parallelResidual: true,
      rotaryDim: 32,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['hidden_act', 'layer_norm_eps', 'num_key_value_heads', 'partial_rotary_factor'];
    const others = ['rope_theta', 'tie_word_embeddings', 'use_qkv_bias'];
    expect(modelFromHuggingFace(without(STABLELM, ...optional, ...others)).config).toEqual({
      ...read(),
      attentionBias: false,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ partial_rotary_factor: 1.5 }, "'partial_rotary_factor': "],
    [{ partial_rotary_factor: 0.02 }, "'partial_rotary_factor': 1 "],
    [{ head_dim: 32 }, 'config.unknown-field: '],
    [{ num_attention_heads: 30, num_key_value_heads: 30 }, "'num_attention_heads': 30 heads can't share"],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...STABLELM, ...change })).toContain(message);
  });

  const fields = {
    block_count: 24,
    context_length: 4096,
    embedding_length: 2048,
    feed_forward_length: 5632,
    'attention.head_count': 32,
    'attention.head_count_kv': 32,
    'attention.layer_norm_epsilon': 1e-5,
    'rope.dimension_count': 16,
    use_parallel_residual: true,
  };

  it('reads GGUF metadata, and from the tensors what it says wrongly or not at all', () => {
    const config = (...tensors: string[]) =>
      modelFromGguf(ggufFile('stablelm', fields, ['output.weight', ...tensors])).config;
    const expected = { ...read(), vocabSize: 3 };
    expect(config('blk.0.attn_q.bias', 'blk.0.ffn_norm.weight')).toEqual(expected);
    expect(config('blk.0.attn_q_norm.weight')).toEqual({
      ...expected,
      attentionBias: false,
      queryKeyNorm: true,
      parallelResidual: true,
    });
  });
});
