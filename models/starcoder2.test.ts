import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of starcoder2-3b. */
const STARCODER = {
  architectures: ['Starcoder2ForCausalLM'],
  attention_dropout: 0.1,
  attention_softmax_in_fp32: true,
  bos_token_id: 0,
  embedding_dropout: 0.1,
  eos_token_id: 0,
  hidden_act: 'gelu_pytorch_tanh',
  hidden_size: 3072,
  initializer_range: 0.018042,
  intermediate_size: 12288,
  layer_norm_epsilon: 1e-5,
  max_position_embeddings: 16384,
  mlp_type: 'default',
  model_type: 'starcoder2',
  norm_epsilon: 1e-5,
  norm_type: 'layer_norm',
  num_attention_heads: 24,
  num_hidden_layers: 30,
  num_key_value_heads: 2,
  residual_dropout: 0.1,
  rope_theta: 999999.4420358813,
  scale_attention_softmax_in_fp32: true,
  scale_attn_weights: true,
  sliding_window: 4096,
  transformers_version: '4.37.0.dev0',
  use_bias: true,
  use_cache: true,
  vocab_size: 49152,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...STARCODER, ...change }).config;

describe('starcoder2', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 49152,
      hiddenSize: 3072,
      intermediateSize: 12288,
      numHiddenLayers: 30,
      numAttentionHeads: 24,
      numKeyValueHeads: 2,
      headDim: 128,
      activation: 'geluTanh',
      normEps: 1e-5,
      ropeTheta: 999999.4420358813,
      ropeScaling: null,
      rotaryDim: 128,
      slidingWindow: 4096,
      bias: true,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 16384,
    });
    expect(read({ use_bias: false, tie_word_embeddings: false })).toMatchObject({
      bias: false,
      tieWordEmbeddings: false,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['hidden_act', 'norm_epsilon', 'num_key_value_heads', 'rope_theta', 'sliding_window'];
    const kinds = ['mlp_type', 'norm_type', 'use_bias'];
    expect(modelFromHuggingFace(without(STARCODER, ...optional, ...kinds)).config).toEqual({
      ...read(),
      ropeTheta: 10000,
      slidingWindow: null,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ mlp_type: 'gated' }, "'mlp_type': another kind of MLP is not supported"],
    [{ norm_type: 'rms_norm' }, "'norm_type': another kind of norm is not supported"],
    [{ scale_attn_weights: false }, "'scale_attn_weights': attention without scaled logits is not supported"],
    [{ layer_types: [] }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...STARCODER, ...change })).toContain(message);
  });

  const fields = {
    block_count: 30,
    context_length: 16384,
    embedding_length: 3072,
    feed_forward_length: 12288,
    'attention.head_count': 24,
    'attention.head_count_kv': 2,
    'attention.layer_norm_epsilon': 1e-5,
    'rope.freq_base': 999999.4420358813,
    use_parallel_residual: true,
  };

  it('reads GGUF metadata, and biases from the tensors', () => {
    const expected = { ...read(), vocabSize: 3, slidingWindow: null };
    const config = (change: Record<string, unknown>, ...tensors: string[]) =>
      modelFromGguf(ggufFile('starcoder2', { ...fields, ...change }, tensors)).config;
    expect(config({}, 'blk.0.attn_q.bias')).toEqual(expected);
    expect(config({ 'attention.sliding_window': 4096 }, 'output.weight')).toEqual({
      ...expected,
      bias: false,
      slidingWindow: 4096,
      tieWordEmbeddings: false,
    });
  });
});
