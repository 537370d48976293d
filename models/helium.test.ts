import { describe, expect, it } from 'vitest';
import { modelFromHuggingFace } from './index.js';
import { refusalOfConfig, without } from './testing/reading.js';

/** config.json of kyutai/helium-1-preview-2b. */
const HELIUM = {
  architectures: ['HeliumForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 1,
  eos_token_id: 2,
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 2560,
  initializer_range: 0.02,
  intermediate_size: 7040,
  max_position_embeddings: 4096,
  mlp_bias: false,
  model_type: 'helium',
  num_attention_heads: 20,
  num_hidden_layers: 24,
  num_key_value_heads: 20,
  pad_token_id: 3,
  rms_norm_eps: 1e-8,
  rope_theta: 100000.0,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.48.0.dev0',
  use_cache: true,
  vocab_size: 48000,
};

const CONFIG = {
  vocabSize: 48000,
  hiddenSize: 2560,
  intermediateSize: 7040,
  numHiddenLayers: 24,
  numAttentionHeads: 20,
  numKeyValueHeads: 20,
  headDim: 128,
  activation: 'silu',
  rmsNormEps: 1e-8,
  ropeTheta: 1e5,
  ropeScaling: null,
  rotaryDim: 128,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 4096,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...HELIUM, ...change }).config;

describe('helium', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(modelFromHuggingFace(HELIUM).architecture).toBe('helium');
    expect(read()).toEqual(CONFIG);
    const change = { attention_bias: true, mlp_bias: true, num_key_value_heads: 4, rope_theta: 20000 };
    expect(read(change)).toEqual({
      ...CONFIG,
      attentionBias: true,
      mlpBias: true,
      numKeyValueHeads: 4,
      ropeTheta: 20000,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'head_dim', 'hidden_act', 'max_position_embeddings', 'mlp_bias'];
    const more = ['num_key_value_heads', 'rms_norm_eps', 'rope_theta', 'tie_word_embeddings'];
    expect(modelFromHuggingFace(without(HELIUM, ...optional, ...more)).config).toEqual(CONFIG);
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ sliding_window: 4096 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...HELIUM, ...change })).toContain(message);
  });
});
