import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOfConfig, without } from './testing/reading.js';

const repeated = <Value>(times: number, ...values: Value[]) =>
  Array.from({ length: times }, () => values).flat();

/** The config.json of EXAONE-4.0-1.2B. */
const SMALL = {
  architectures: ['Exaone4ForCausalLM'],
  attention_dropout: 0.0,
  bos_token_id: 1,
  eos_token_id: 361,
  head_dim: 64,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 4096,
  layer_types: repeated(30, 'full_attention'),
  max_position_embeddings: 65536,
  model_type: 'exaone4',
  num_attention_heads: 32,
  num_hidden_layers: 30,
  num_key_value_heads: 8,
  pad_token_id: 0,
  rms_norm_eps: 1e-5,
  rope_scaling: {
    factor: 16.0,
    high_freq_factor: 4.0,
    low_freq_factor: 1.0,
    original_max_position_embeddings: 8192,
    rope_type: 'llama3',
  },
  rope_theta: 1000000,
  sliding_window: null,
  sliding_window_pattern: null,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  transformers_version: '4.54.0.dev0',
  use_cache: true,
  vocab_size: 102400,
};

/** What makes layers hybrid in the config.json of EXAONE-4.0-32B, of eight layers. */
const HYBRID = {
  ...SMALL,
  layer_types: repeated(2, 'sliding_attention', 'sliding_attention', 'sliding_attention', 'full_attention'),
  num_hidden_layers: 8,
  sliding_window: 4096,
  sliding_window_pattern: 'LLLG',
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...SMALL, ...change }).config;
const hybrid = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...HYBRID, ...change }).config;

describe('exaone4', () => {
  const local: object = { rotary: true, slidingWindow: 4096 };
  const global: object = { rotary: false, slidingWindow: null };

  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 102400,
      hiddenSize: 2048,
      intermediateSize: 4096,
      numHiddenLayers: 30,
      numAttentionHeads: 32,
      numKeyValueHeads: 8,
      headDim: 64,
      activation: 'silu',
      rmsNormEps: 1e-5,
      ropeTheta: 1e6,
      ropeScaling: {
        type: 'llama3',
        factor: 16,
        lowFreqFactor: 1,
        highFreqFactor: 4,
        originalMaxPositionEmbeddings: 8192,
      },
      rotaryDim: 64,
      layers: repeated(30, { rotary: true, slidingWindow: null }),
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 65536,
    });
  });

  it('turns only layers with a window where there are some', () => {
    const layers = repeated(2, local, local, local, global);
    expect(hybrid()).toEqual({ ...read(), numHiddenLayers: 8, layers });
    // A window that no layer has leaves all without positions.
    expect(hybrid({ layer_types: repeated(8, 'full_attention') })).toMatchObject({
      layers: repeated(8, global),
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const windows = ['layer_types', 'sliding_window', 'sliding_window_pattern'];
    const others = ['hidden_act', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta', 'rope_scaling'];
    const bare = without(HYBRID, ...windows, ...others, 'head_dim', 'tie_word_embeddings');
    expect(modelFromHuggingFace(bare).config).toEqual({
      ...hybrid(),
      numKeyValueHeads: 32,
      ropeTheta: 10000,
      ropeScaling: null,
      tieWordEmbeddings: false,
    });
    expect(hybrid({ layer_types: null, sliding_window_pattern: 2 })).toMatchObject({
      layers: repeated(4, local, global),
    });
    expect(hybrid({ layer_types: null, sliding_window: null })).toMatchObject({
      layers: repeated(8, { rotary: true, slidingWindow: null }),
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ layer_types: null }, "'sliding_window_pattern': without 'layer_types', every how many layers"],
    [{ layer_types: ['full_attention'] }, "'layer_types': 1 types for 8 layers"],
    [{ sliding_window: null }, "'sliding_window': 'layer_types' has layers with a window, but none is given"],
    [{ attention_bias: true }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...HYBRID, ...change })).toContain(message);
  });

  const fields = {
    block_count: 8,
    context_length: 65536,
    embedding_length: 2048,
    feed_forward_length: 4096,
    'attention.head_count': 32,
    'attention.head_count_kv': 8,
    'attention.key_length': 64,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'attention.sliding_window': 4096,
    'attention.value_length': 64,
    'rope.dimension_count': 64,
    'rope.freq_base': 1e6,
    vocab_size: 102400,
  };
  const file = (change: Record<string, unknown> = {}, tensors: string[] = []) =>
    ggufFile('exaone4', { ...fields, ...change }, tensors);

  it('reads GGUF metadata', () => {
    const expected = { ...hybrid({ rope_scaling: null }), vocabSize: 3 };
    expect(modelFromGguf(file()).config).toEqual(expected);
    const flags = file({ 'attention.sliding_window_pattern': repeated(4, true, false) });
    expect(modelFromGguf(flags).config).toEqual({ ...expected, layers: repeated(4, local, global) });
    const windowless = file({ 'attention.sliding_window': undefined });
    expect(modelFromGguf(windowless).config).toEqual({
      ...expected,
      layers: repeated(8, { rotary: true, slidingWindow: null }),
    });
  });

  it('takes RoPE factors from a tensor of GGUF files', () => {
    const factors = Array.from({ length: 32 }, (_, i) => 1 + i);
    const description = {
      ...file({}, ['rope_freqs.weight']),
      rotaryFactors: { 'rope_freqs.weight': factors },
    };
    expect(modelFromGguf(description).config).toMatchObject({ ropeScaling: { type: 'factors', factors } });
  });
});
