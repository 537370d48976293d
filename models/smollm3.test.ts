import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

const repeated = <Value>(...values: Value[]) => Array.from({ length: 9 }, () => values).flat();

/** The config.json of SmolLM3-3B. */
const SMOLLM3 = {
  architectures: ['SmolLM3ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: null,
  eos_token_id: 128012,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 11008,
  layer_types: repeated('full_attention', 'full_attention', 'full_attention', 'full_attention'),
  max_position_embeddings: 65536,
  max_window_layers: 28,
  mlp_bias: false,
  model_type: 'smollm3',
  no_rope_layer_interval: 4,
  no_rope_layers: repeated(1, 1, 1, 0),
  num_attention_heads: 16,
  num_hidden_layers: 36,
  num_key_value_heads: 4,
  pad_token_id: 128004,
  pretraining_tp: 2,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 5000000.0,
  sliding_window: null,
  torch_dtype: 'bfloat16',
  transformers_version: '4.54.0.dev0',
  use_cache: false,
  use_sliding_window: false,
  vocab_size: 128256,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...SMOLLM3, ...change }).config;

describe('smollm3', () => {
  const turning = { rotary: true, slidingWindow: null };
  const still = { rotary: false, slidingWindow: null };

  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 128256,
      hiddenSize: 2048,
      intermediateSize: 11008,
      numHiddenLayers: 36,
      numAttentionHeads: 16,
      numKeyValueHeads: 4,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-6,
      ropeTheta: 5e6,
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      mlpBias: false,
      layers: repeated(turning, turning, turning, still),
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 65536,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'hidden_act', 'mlp_bias', 'num_key_value_heads', 'rms_norm_eps'];
    const ofLayers = ['layer_types', 'no_rope_layers', 'no_rope_layer_interval', 'rope_theta'];
    const config = without(SMOLLM3, ...optional, ...ofLayers);
    expect(modelFromHuggingFace(config).config).toEqual({ ...read(), ropeTheta: 2e6 });
  });

  it('has windows where they are switched on, by layer_types or in layers without RoPE', () => {
    const small = { num_hidden_layers: 2, use_sliding_window: true, sliding_window: 8 };
    const unsaid = { layer_types: null, no_rope_layers: null, no_rope_layer_interval: 2 };
    expect(read({ ...small, ...unsaid })).toMatchObject({
      layers: [turning, { ...still, slidingWindow: 8 }],
    });
    expect(read({ ...small, ...unsaid, use_sliding_window: false })).toMatchObject({
      layers: [turning, still],
    });
    const layer_types = ['sliding_attention', 'full_attention'];
    expect(read({ ...small, layer_types, no_rope_layers: [0, 1, 1] })).toMatchObject({
      layers: [{ ...still, slidingWindow: 8 }, turning],
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ no_rope_layers: [1, 1, 1, 0] }, "'no_rope_layers': 4 for 36 layers"],
    [{ no_rope_layers: repeated(1, 1, 1, 2) }, "'no_rope_layers.3': "],
    [{ layer_types: ['full_attention'] }, "'layer_types': 1 types for 36 layers"],
    [{ use_qk_norm: true }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...SMOLLM3, ...change })).toContain(message);
  });

  const fields = {
    block_count: 36,
    context_length: 65536,
    embedding_length: 2048,
    feed_forward_length: 11008,
    'attention.head_count': 16,
    'attention.head_count_kv': 4,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'rope.dimension_count': 128,
    'rope.freq_base': 5e6,
    vocab_size: 3,
  };

  it('reads GGUF metadata, and biases from the tensors', () => {
    const expected = { ...read(), vocabSize: 3 };
    expect(modelFromGguf(ggufFile('smollm3', fields)).config).toEqual(expected);
    const biased = ggufFile('smollm3', fields, ['blk.0.attn_q.bias', 'blk.0.ffn_up.bias']);
    expect(modelFromGguf(biased).config).toEqual({ ...expected, attentionBias: true, mlpBias: true });
  });
});
