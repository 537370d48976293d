import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

/** config.json of Seed-OSS-36B-Instruct. */
const SEED = {
  architectures: ['SeedOssForCausalLM'],
  attention_bias: true,
  attention_dropout: 0.1,
  attention_out_bias: false,
  bos_token_id: 0,
  eos_token_id: 2,
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 5120,
  initializer_range: 0.02,
  intermediate_size: 27648,
  max_position_embeddings: 524288,
  mlp_bias: false,
  model_type: 'seed_oss',
  num_attention_heads: 80,
  num_hidden_layers: 64,
  num_key_value_heads: 8,
  pad_token_id: 1,
  residual_dropout: 0.1,
  rms_norm_eps: 1e-6,
  rope_scaling: { rope_type: 'default' },
  rope_theta: 10000000.0,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.55.0',
  use_cache: true,
  vocab_size: 155136,
};

const CONFIG = {
  vocabSize: 155136,
  hiddenSize: 5120,
  intermediateSize: 27648,
  numHiddenLayers: 64,
  numAttentionHeads: 80,
  numKeyValueHeads: 8,
  headDim: 128,
  activation: 'silu',
  rmsNormEps: 1e-6,
  ropeTheta: 1e7,
  ropeScaling: null,
  rotaryDim: 128,
  attentionBias: true,
  attentionOutputBias: false,
  mlpBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 524288,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...SEED, ...change }).config;

describe('seed_oss', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(modelFromHuggingFace(SEED).architecture).toBe('seed_oss');
    expect(read()).toEqual(CONFIG);
    const change = { attention_bias: false, attention_out_bias: true, mlp_bias: true };
    expect(read({ ...change, head_dim: 64 })).toEqual({
      ...CONFIG,
      attentionBias: false,
      attentionOutputBias: true,
      mlpBias: true,
      headDim: 64,
      rotaryDim: 64,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'attention_out_bias', 'head_dim', 'hidden_act', 'mlp_bias'];
    const sizes = ['max_position_embeddings', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta'];
    expect(modelFromHuggingFace(without(SEED, ...optional, ...sizes)).config).toEqual({
      ...CONFIG,
      ropeTheta: 10000,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ num_key_value_heads: 7 }, "'num_key_value_heads': 7 heads can't be shared evenly by the 80"],
    [{ sliding_window: 4096 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...SEED, ...change })).toContain(message);
  });

  const fields = {
    block_count: 64,
    context_length: 524288,
    embedding_length: 5120,
    feed_forward_length: 27648,
    'attention.head_count': 80,
    'attention.head_count_kv': 8,
    'attention.key_length': 128,
    'attention.value_length': 128,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'rope.dimension_count': 128,
    'rope.freq_base': 1e7,
  };

  it('reads GGUF metadata', () => {
    const read = (...tensors: string[]) =>
      modelFromGguf(ggufFile('seed_oss', fields, ['output.weight', ...tensors])).config;
    expect(read('blk.0.attn_q.bias')).toEqual({ ...CONFIG, vocabSize: 3 });
    expect(read('blk.0.attn_output.bias', 'blk.0.ffn_up.bias')).toEqual({
      ...CONFIG,
      vocabSize: 3,
      attentionBias: false,
      attentionOutputBias: true,
      mlpBias: true,
    });
  });
});
