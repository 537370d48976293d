import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of Qwen3-0.6B. */
const QWEN = {
  architectures: ['Qwen3ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 151643,
  eos_token_id: 151645,
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 1024,
  initializer_range: 0.02,
  intermediate_size: 3072,
  max_position_embeddings: 40960,
  max_window_layers: 28,
  model_type: 'qwen3',
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 8,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 1000000,
  sliding_window: null,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  transformers_version: '4.51.0',
  use_cache: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...QWEN, ...change }).config;

describe('qwen3', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 151936,
      hiddenSize: 1024,
      intermediateSize: 3072,
      numHiddenLayers: 28,
      numAttentionHeads: 16,
      numKeyValueHeads: 8,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-6,
      ropeTheta: 1e6,
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      slidingWindows: Array.from({ length: 28 }, () => null),
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 40960,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const config = without(
      { ...QWEN, num_attention_heads: 32, num_hidden_layers: 29, use_sliding_window: true },
      ...['attention_bias', 'head_dim', 'hidden_act', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta'],
      ...['tie_word_embeddings', 'sliding_window', 'max_window_layers'],
    );
    expect(modelFromHuggingFace(config).config).toMatchObject({
      attentionBias: false,
      headDim: 128,
      activation: 'silu',
      numKeyValueHeads: 32,
      rmsNormEps: 1e-6,
      ropeTheta: 10000,
      tieWordEmbeddings: false,
      slidingWindows: [...Array.from({ length: 28 }, () => null), 4096],
    });
  });

  it('reads the long-context variant that its card describes', () => {
    const rope_scaling = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 32768 };
    expect(read({ rope_scaling })).toMatchObject({
      ropeScaling: { type: 'yarn', factor: 4, originalMaxPositionEmbeddings: 32768 },
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { rope_type: 'ntk', factor: 4 } }, "rope_type': RoPE scaling 'ntk' is not supported"],
    [{ num_experts: 8 }, 'config.unknown-field: '],
    [{ layer_types: ['full_attention'] }, "'layer_types': 1 types for 28 layers"],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...QWEN, ...change })).toContain(message);
  });

  const fields = {
    block_count: 28,
    context_length: 40960,
    embedding_length: 1024,
    feed_forward_length: 3072,
    'attention.head_count': 16,
    'attention.head_count_kv': 8,
    'attention.key_length': 128,
    'attention.value_length': 128,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'rope.freq_base': 1e6,
  };

  it('reads GGUF metadata, and biases from the tensors', () => {
    const expected = { ...read(), vocabSize: 3 };
    expect(modelFromGguf(ggufFile('qwen3', fields)).config).toEqual(expected);
    const biased = ggufFile('qwen3', fields, ['blk.0.attn_q.bias']);
    expect(modelFromGguf(biased).config).toEqual({ ...expected, attentionBias: true });
  });
});
