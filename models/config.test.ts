import { GeodesicError } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { modelFromHuggingFace } from './index.js';

/** SmolLM2-135M's config.json, as its authors published it. */
const SMOLLM2 = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 1,
  eos_token_id: 2,
  hidden_act: 'silu',
  hidden_size: 576,
  initializer_range: 0.041666666666666664,
  intermediate_size: 1536,
  is_llama_config: true,
  max_position_embeddings: 8192,
  mlp_bias: false,
  model_type: 'llama',
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
  pad_token_id: 2,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_interleaved: false,
  rope_scaling: null,
  rope_theta: 100000,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  'transformers.js_config': { kv_cache_dtype: { q4f16: 'float16' } },
  transformers_version: '4.42.3',
  use_cache: true,
  vocab_size: 49152,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...SMOLLM2, ...change }).config;

function without(...fields: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(SMOLLM2).filter(([field]) => !fields.includes(field)));
}

function refusal(config: Record<string, unknown>): string {
  try {
    modelFromHuggingFace(config);
  } catch (error) {
    if (error instanceof GeodesicError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('modelFromHuggingFace', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 49152,
      hiddenSize: 576,
      intermediateSize: 1536,
      numHiddenLayers: 30,
      numAttentionHeads: 9,
      numKeyValueHeads: 3,
      headDim: 64,
      rmsNormEps: 1e-5,
      ropeTheta: 100000,
      ropeScaling: null,
      slidingWindow: null,
      attentionBias: false,
      mlpBias: false,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 8192,
    });
    const { architecture, model } = modelFromHuggingFace(SMOLLM2);
    expect([architecture, model.layerCount]).toEqual(['llama', 30]);
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = [
      'num_key_value_heads',
      'hidden_act',
      'attention_bias',
      'mlp_bias',
      'tie_word_embeddings',
      'rope_theta',
      'rope_scaling',
    ];
    expect(modelFromHuggingFace(without(...optional)).config).toMatchObject({
      numKeyValueHeads: 9,
      headDim: 64,
      attentionBias: false,
      mlpBias: false,
      tieWordEmbeddings: false,
      ropeTheta: 10000,
      ropeScaling: null,
    });
    expect(read({ head_dim: 32, attention_bias: true, mlp_bias: true })).toMatchObject({
      headDim: 32,
      attentionBias: true,
      mlpBias: true,
    });
  });

  it('knows sliding windows of mistral, and not of llama', () => {
    expect(read({ model_type: 'mistral', sliding_window: 4096 })).toMatchObject({ slidingWindow: 4096 });
    expect(read({ model_type: 'mistral', sliding_window: null })).toMatchObject({ slidingWindow: null });
    expect(read({ sliding_window: 4096 })).toMatchObject({ slidingWindow: null });
  });

  const linear = { type: 'linear', factor: 4 };
  const llama3 = {
    type: 'llama3',
    factor: 8,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalMaxPositionEmbeddings: 8192,
  };
  const llama3Fields = {
    factor: 8,
    low_freq_factor: 1,
    high_freq_factor: 4,
    original_max_position_embeddings: 8192,
  };

  it.each([
    ['transformers 4, linear', { rope_scaling: { rope_type: 'linear', factor: 4 } }, 100000, linear],
    ['older files', { rope_scaling: { type: 'linear', factor: 4 } }, 100000, linear],
    ['transformers 4, llama3', { rope_scaling: { rope_type: 'llama3', ...llama3Fields } }, 100000, llama3],
    [
      'transformers 5, llama3',
      { rope_theta: undefined, rope_parameters: { rope_type: 'llama3', rope_theta: 5e5, ...llama3Fields } },
      5e5,
      llama3,
    ],
    ['transformers 5, default', { rope_parameters: { rope_type: 'default', rope_theta: 5e5 } }, 5e5, null],
    ['no scaling', { rope_scaling: null }, 100000, null],
    [
      'files that write out what they don’t change',
      {
        rope_parameters: {
          rope_type: 'linear',
          factor: 4,
          partial_rotary_factor: 1,
          attention_factor: 1,
          mscale: null,
        },
      },
      100000,
      linear,
    ],
    [
      'both generations, the newer with nulls',
      {
        rope_scaling: { type: 'linear', factor: 4 },
        rope_parameters: { rope_type: null, rope_theta: 5e5, factor: null },
      },
      5e5,
      linear,
    ],
  ])('reads RoPE as written by %s', (_, change, ropeTheta, ropeScaling) => {
    expect(read(change)).toMatchObject({ ropeTheta, ropeScaling });
  });

  it.each([
    ['vocab_size', undefined],
    ['hidden_size', 0],
    ['num_hidden_layers', 2.5],
    ['rms_norm_eps', '1e-5'],
    ['tie_word_embeddings', 'yes'],
    ['rope_theta', -1],
  ])('names the field %s that is %j', (field, value) => {
    expect(refusal({ ...SMOLLM2, [field]: value })).toMatch(
      new RegExp(`^config\\.field: config\\.json of a 'llama' model: field '${field}': `),
    );
  });

  it('refuses fields that it does not know, all of them named', () => {
    const message = refusal({ ...SMOLLM2, qk_norm: true, logit_scale: 2, dtype: 'float32' });
    expect(message).toMatch(
      /^config\.unknown-field: config\.json of a 'llama' model has fields .*: qk_norm, logit_scale; supported are /,
    );
    expect(refusal({ ...SMOLLM2, partial_rotary_factor: 0.5 })).toContain('config.unknown-field: ');
  });

  it.each([
    ['rope_parameters', { partial_rotary_factor: 0.5 }, 'partial_rotary_factor'],
    ['rope_parameters', { rope_type: 'default', attention_factor: 1.2 }, 'attention_factor'],
    ['rope_scaling', { factor: 4 }, 'factor'],
    ['rope_scaling', { rope_type: 'linear', factor: 4, mscale: 1, beta_fast: 32 }, 'mscale, beta_fast'],
    ['rope_scaling', { type: 'linear', factor: 4, low_freq_factor: 1 }, 'low_freq_factor'],
    ['rope_scaling', { rope_type: 'llama3', ...llama3Fields, short_factor: [1] }, 'short_factor'],
  ])('refuses fields of %s that the scaling does not know: %j', (field, rope, unknown) => {
    const message = refusal({ ...SMOLLM2, [field]: rope });
    expect(message).toContain("config.unknown-field: config.json of a 'llama' model, RoPE has fields ");
    expect(message).toContain(`not supported: ${unknown}; supported are rope_theta, rope_type, type`);
  });

  it.each([
    [{ hidden_act: 'gelu' }, "field 'hidden_act': activation 'gelu' is not supported; supported: silu"],
    [{ rope_interleaved: true }, "field 'rope_interleaved': interleaved RoPE is not supported"],
    [
      { rope_scaling: { rope_type: 'yarn', factor: 4 } },
      "RoPE: field 'rope_type': RoPE scaling 'yarn' is not supported; supported are default, linear, llama3",
    ],
    [
      { rope_parameters: { type: 'dynamic', factor: 4 } },
      "RoPE: field 'type': RoPE scaling 'dynamic' is not supported; supported are default, linear, llama3",
    ],
    [{ rope_scaling: { rope_type: 'linear' } }, "RoPE: field 'factor': "],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, "RoPE: field 'low_freq_factor': "],
  ])('refuses what it can’t compute: %j', (change, message) => {
    const refused = refusal({ ...SMOLLM2, ...change });
    expect(refused).toContain('config.field: ');
    expect(refused).toContain(message);
  });

  it('lists the architectures it has', () => {
    expect(refusal({ ...SMOLLM2, model_type: 'mamba' })).toBe(
      "config.architecture: architecture 'mamba' is not supported; supported are llama, mistral",
    );
    expect(refusal(without('model_type'))).toBe(
      "config.field: config.json: field 'model_type': a string is needed",
    );
  });

  it.each([
    [
      { num_attention_heads: 7, num_key_value_heads: 7 },
      "'num_attention_heads': 7 heads can't share the 576 of 'hidden_size' evenly",
    ],
    [
      { num_key_value_heads: 4 },
      "'num_key_value_heads': 4 heads can't be shared evenly by the 9 of 'num_attention_heads'",
    ],
    [{ head_dim: 63 }, "'head_dim': 63 "],
    [{ hidden_size: 27 }, "'head_dim': 3 (if left out: 'hidden_size' / 'num_attention_heads') is odd"],
  ])('names the fields of heads that don’t fit: %j', (change, message) => {
    const refused = refusal({ ...SMOLLM2, ...change });
    expect(refused).toContain("config.field: config.json of a 'llama' model: field ");
    expect(refused).toContain(message);
  });
});
