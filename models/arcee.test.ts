import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

/** config.json of AFM-4.5B. */
const AFM = {
  architectures: ['ArceeForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 128000,
  eos_token_id: 128003,
  head_dim: 128,
  hidden_act: 'relu2',
  hidden_size: 2560,
  initializer_range: 0.02,
  intermediate_size: 18432,
  max_position_embeddings: 65536,
  mlp_bias: false,
  model_type: 'arcee',
  num_attention_heads: 20,
  num_hidden_layers: 36,
  num_key_value_heads: 4,
  rms_norm_eps: 1e-5,
  rope_scaling: {
    beta_fast: 32.0,
    beta_slow: 1.0,
    factor: 20.0,
    mscale: 1.0,
    original_max_position_embeddings: 4096,
    rope_type: 'yarn',
    type: 'yarn',
  },
  rope_theta: 10000.0,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.53.2',
  use_cache: true,
  vocab_size: 128004,
};

const CONFIG = {
  vocabSize: 128004,
  hiddenSize: 2560,
  intermediateSize: 18432,
  numHiddenLayers: 36,
  numAttentionHeads: 20,
  numKeyValueHeads: 4,
  headDim: 128,
  activation: 'reluSquared',
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: {
    type: 'yarn',
    factor: 20,
    originalMaxPositionEmbeddings: 4096,
    attentionFactor: 0.1 * Math.log(20) + 1,
    betaFast: 32,
    betaSlow: 1,
    truncate: true,
  },
  rotaryDim: 128,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 65536,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...AFM, ...change }).config;

describe('arcee', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(modelFromHuggingFace(AFM).architecture).toBe('arcee');
    expect(read()).toEqual(CONFIG);
    expect(read({ attention_bias: true, mlp_bias: true, tie_word_embeddings: true })).toEqual({
      ...CONFIG,
      attentionBias: true,
      mlpBias: true,
      tieWordEmbeddings: true,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'head_dim', 'hidden_act', 'mlp_bias', 'num_key_value_heads'];
    const lengths = ['max_position_embeddings', 'rms_norm_eps', 'rope_scaling', 'rope_theta'];
    expect(modelFromHuggingFace(without(AFM, ...optional, ...lengths)).config).toEqual({
      ...CONFIG,
      numKeyValueHeads: 20,
      maxPositionEmbeddings: 4096,
      ropeScaling: null,
    });
  });

  it.each([
    [{ hidden_act: 'relu6' }, "'hidden_act': activation 'relu6' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ partial_rotary_factor: 0.5 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...AFM, ...change })).toContain(message);
  });

  const fields = {
    block_count: 36,
    context_length: 65536,
    embedding_length: 2560,
    feed_forward_length: 18432,
    vocab_size: 128004,
    'attention.head_count': 20,
    'attention.head_count_kv': 4,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'rope.dimension_count': 128,
    'rope.freq_base': 10000,
    'rope.scaling.type': 'yarn',
    'rope.scaling.factor': 20,
    'rope.scaling.original_context_length': 4096,
  };

  it('reads GGUF metadata, and heads that are stored interleaved', () => {
    const read = (...tensors: string[]) =>
      modelFromGguf(ggufFile('arcee', fields, ['output.weight', ...tensors]));
    expect(read().config).toEqual({ ...CONFIG, vocabSize: 3 });
    const biases = ['blk.0.attn_q.bias', 'blk.0.ffn_up.bias'];
    expect(read(...biases).config).toMatchObject({ attentionBias: true, mlpBias: true });
    expect(read().tensors['layers.{i}.attention.key.weight']?.gguf).toEqual({
      name: 'blk.{i}.attn_k.weight',
      interleavedHeads: 4,
    });
  });
});
