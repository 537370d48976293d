import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

const repeated = <Value>(...values: Value[]) => Array.from({ length: 8 }, () => values).flat();

/** The config.json of Olmo-3-7B-Instruct. */
const OLMO3 = {
  architectures: ['Olmo3ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  eos_token_id: 100257,
  hidden_act: 'silu',
  hidden_size: 4096,
  initializer_range: 0.02,
  intermediate_size: 11008,
  layer_types: repeated('sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'),
  max_position_embeddings: 65536,
  model_type: 'olmo3',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 32,
  pad_token_id: 100277,
  rms_norm_eps: 1e-6,
  rope_scaling: {
    attention_factor: 1.2079441541679836,
    beta_fast: 32.0,
    beta_slow: 1.0,
    factor: 8.0,
    original_max_position_embeddings: 8192,
    rope_type: 'yarn',
  },
  rope_theta: 500000,
  sliding_window: 4096,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.57.0.dev0',
  use_cache: false,
  vocab_size: 100278,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...OLMO3, ...change }).config;

const yarn = {
  type: 'yarn',
  factor: 8,
  originalMaxPositionEmbeddings: 8192,
  attentionFactor: 1.2079441541679836,
  betaFast: 32,
  betaSlow: 1,
  truncate: true,
};

describe('olmo3', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 100278,
      hiddenSize: 4096,
      intermediateSize: 11008,
      numHiddenLayers: 32,
      numAttentionHeads: 32,
      numKeyValueHeads: 32,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-6,
      ropeTheta: 5e5,
      ropeScaling: yarn,
      rotaryDim: 128,
      localRope: { theta: 5e5, scaling: null },
      attentionBias: false,
      slidingWindows: repeated(4096, 4096, 4096, null),
      tieWordEmbeddings: false,
      maxPositionEmbeddings: 65536,
    });
    const types = repeated('full_attention', 'full_attention', 'full_attention', 'sliding_attention');
    expect(read({ attention_bias: true, layer_types: types, sliding_window: 512 })).toEqual({
      ...read(),
      attentionBias: true,
      slidingWindows: repeated(null, null, null, 512),
    });
  });

  it('reads RoPE parameters of each kind of layer', () => {
    const { rope_scaling: full, rope_theta: _, ...others } = OLMO3;
    const sliding = { rope_type: 'default', rope_theta: 10000 };
    const each = { full_attention: { ...full, rope_theta: 1e6 }, sliding_attention: sliding };
    expect(modelFromHuggingFace({ ...others, rope_parameters: each }).config).toEqual({
      ...read(),
      ropeTheta: 1e6,
      localRope: { theta: 10000, scaling: null },
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const windows = ['layer_types', 'sliding_window'];
    const others = ['attention_bias', 'hidden_act', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta'];
    const bare = without(OLMO3, ...windows, ...others, 'rope_scaling', 'tie_word_embeddings');
    expect(modelFromHuggingFace(bare).config).toEqual({ ...read(), ropeScaling: null, rmsNormEps: 1e-5 });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ layer_types: ['full_attention'] }, "'layer_types': 1 types for 32 layers"],
    [{ sliding_window: null }, "field 'sliding_window': "],
    [{ rope_theta: 10000 }, "'rope_theta': 10000 may be of layers with a window too or not"],
    [{ rope_parameters: { rope_type: 'default' } }, "field 'rope_parameters': "],
    [{ clip_qkv: 8 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...OLMO3, ...change })).toContain(message);
  });

  const fields = {
    block_count: 32,
    context_length: 65536,
    embedding_length: 4096,
    feed_forward_length: 11008,
    'attention.head_count': 32,
    'attention.head_count_kv': 32,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'attention.sliding_window': 4096,
    'attention.sliding_window_pattern': repeated(true, true, true, false),
    'rope.freq_base': 5e5,
    'rope.scaling.attn_factor': 1.2079441541679836,
    'rope.scaling.factor': 8,
    'rope.scaling.original_context_length': 8192,
    'rope.scaling.type': 'yarn',
  };
  const file = (change: Record<string, unknown> = {}) =>
    ggufFile('olmo2', { ...fields, ...change }, ['output.weight']);

  it('reads GGUF metadata of files with a window', () => {
    expect(modelFromGguf(file())).toMatchObject({
      architecture: 'olmo3',
      config: { ...read(), vocabSize: 3 },
    });
    const ruled = file({ 'attention.sliding_window_pattern': undefined, 'rope.freq_base_swa': 10000 });
    expect(modelFromGguf(ruled).config).toEqual({
      ...read(),
      vocabSize: 3,
      localRope: { theta: 10000, scaling: null },
    });
  });

  it('leaves GGUF files without a window to OLMo 2', () => {
    const windowless = without(fields, 'attention.sliding_window', 'attention.sliding_window_pattern');
    const plain = without(windowless, 'rope.scaling.attn_factor');
    expect(modelFromGguf(ggufFile('olmo2', plain)).architecture).toBe('olmo2');
  });

  it.each([
    [{ 'attention.sliding_window_pattern': [true] }, "sliding_window_pattern': 1 flags for 32 layers"],
    [{ 'rope.scaling.type': 'linear' }, "'olmo2.rope.scaling.attn_factor': 1.2079441541679836 without YaRN"],
    [{ 'rope.scaling.yarn_beta_fast': 16 }, "'olmo2.rope.scaling.yarn_beta_fast': another value is not"],
  ])('refuses of GGUF files what it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(file(change)))).toContain(message);
  });
});
