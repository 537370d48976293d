import { describe, expect, it } from 'vitest';
import { architectures, modelFromHuggingFace } from './index.js';
import { refusalOfConfig, without } from './testing/reading.js';

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
      activation: 'silu',
      rmsNormEps: 1e-5,
      ropeTheta: 100000,
      ropeScaling: null,
      rotaryDim: 64,
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
    expect(modelFromHuggingFace(without(SMOLLM2, ...optional)).config).toMatchObject({
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
    const mistral = {
      ...without(SMOLLM2, 'mlp_bias', 'attention_bias', 'rope_interleaved'),
      model_type: 'mistral',
    };
    const window = (change: object) => modelFromHuggingFace({ ...mistral, ...change }).config;
    expect(window({ sliding_window: 2048 })).toMatchObject({ slidingWindow: 2048 });
    expect(window({ sliding_window: null })).toMatchObject({ slidingWindow: null });
    expect(window({})).toMatchObject({ slidingWindow: 4096 });
    expect(read({ sliding_window: 4096 })).toEqual(read());
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
      'transformers 4, dynamic',
      { rope_scaling: { type: 'dynamic', factor: 4 } },
      100000,
      { type: 'dynamic', factor: 4, originalMaxPositionEmbeddings: 8192 },
    ],
    [
      'transformers 4, yarn',
      { rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 2048 } },
      100000,
      {
        type: 'yarn',
        factor: 4,
        originalMaxPositionEmbeddings: 2048,
        attentionFactor: 0.1 * Math.log(4) + 1,
        betaFast: 32,
        betaSlow: 1,
        truncate: true,
      },
    ],
    [
      'the first files with LongRoPE',
      { head_dim: 4, rope_scaling: { type: 'su', short_factor: [1, 2], long_factor: [3, 4], factor: 1 } },
      100000,
      {
        type: 'longrope',
        shortFactors: [1, 2],
        longFactors: [3, 4],
        originalMaxPositionEmbeddings: 8192,
        attentionFactor: 1,
      },
    ],
    [
      'both generations, the newer with nulls',
      {
        rope_scaling: { type: 'linear', factor: 4 },
        rope_parameters: { rope_type: null, rope_theta: 100000, factor: null },
      },
      100000,
      linear,
    ],
    [
      'both generations, each with its name of the kind',
      {
        rope_scaling: { type: 'linear', factor: 4 },
        rope_parameters: { rope_type: 'linear', factor: 4, rope_theta: 100000, partial_rotary_factor: 1 },
      },
      100000,
      linear,
    ],
  ])('reads RoPE as written by %s', (_, change, ropeTheta, ropeScaling) => {
    expect(read(change)).toMatchObject({ ropeTheta, ropeScaling });
  });

  it('lets a context with dynamic scaling grow by its factor', () => {
    const scaled = read({ rope_scaling: { type: 'dynamic', factor: 4 } });
    expect(scaled.maxPositionEmbeddings).toBe(4 * 8192);
  });

  it.each([
    ['vocab_size', undefined],
    ['hidden_size', 0],
    ['num_hidden_layers', 2.5],
    ['num_attention_heads', 1e8],
    ['num_key_value_heads', 1e8],
    ['rms_norm_eps', '1e-5'],
    ['tie_word_embeddings', 'yes'],
    ['rope_theta', -1],
  ])('names the field %s that is %j', (field, value) => {
    expect(refusalOfConfig({ ...SMOLLM2, [field]: value })).toMatch(
      new RegExp(`^config\\.field: config\\.json of a 'llama' model: field '${field}': `),
    );
  });

  it('takes what exporters and older versions of transformers leave in configs', () => {
    const left = {
      custom_pipelines: { 'text-generation': { impl: 'instruct_pipeline.Pipeline' } },
      max_length: 4096,
      do_sample: true,
      temperature: 0.6,
      is_encoder_decoder: false,
      add_cross_attention: false,
      unsloth_version: '2024.9',
      resid_pdrop: 0.1,
      sep_token_id: 3,
    };
    expect(read(left)).toEqual(read());
    expect(refusalOfConfig({ ...SMOLLM2, is_encoder_decoder: true })).toContain('is_encoder_decoder');
    const { max_position_embeddings, ...rest } = SMOLLM2;
    expect(modelFromHuggingFace({ ...rest, max_sequence_length: 8192 }).config).toEqual(read());
  });

  it('says of a config with unknown fields what else is wrong', () => {
    const message = refusalOfConfig({ ...SMOLLM2, qk_norm: true, rope_scaling: { type: 'spiral' } });
    expect(message).toContain('not supported: qk_norm; supported are ');
    expect(message).toContain("Besides, field 'rope_scaling.type': RoPE scaling 'spiral' is not supported");
  });

  // transformers 5 takes `rope_scaling` with the theta outside of it, and drops `rope_parameters`.
  it.each([
    [{ rope_type: 'linear', factor: 4 }, "field 'factor': 2 in rope_scaling, but 4 in rope_parameters"],
    [{ rope_type: 'yarn', factor: 2 }, `field 'rope_type': "linear" in rope_scaling, but "yarn" in`],
    [{ type: 'yarn', factor: 2 }, `field 'rope_type': "linear" in rope_scaling, but "yarn" in`],
    [{ rope_theta: 500 }, "field 'rope_theta': 100000 beside rope_scaling, but 500 in rope_parameters"],
    [{ beta_fast: 32 }, "field 'beta_fast': nothing beside rope_scaling, but 32 in rope_parameters"],
  ])('refuses RoPE objects that disagree: %j', (rope_parameters, message) => {
    const change = { rope_scaling: { type: 'linear', factor: 2 }, rope_parameters };
    expect(refusalOfConfig({ ...SMOLLM2, ...change })).toContain(message);
  });

  it.each([null, undefined, 'llama'])('refuses %j, which is no config', (config) => {
    expect(refusalOfConfig(config as never)).toContain("config.field: config.json: field 'model_type'");
  });

  it('refuses fields that it does not know, all of them named', () => {
    const message = refusalOfConfig({ ...SMOLLM2, qk_norm: true, logit_scale: 2, dtype: 'float32' });
    expect(message).toMatch(
      /^config\.unknown-field: config\.json of a 'llama' model has fields .*: qk_norm, logit_scale; supported are /,
    );
    expect(refusalOfConfig({ ...SMOLLM2, partial_rotary_factor: 0.5 })).toContain('config.unknown-field: ');
  });

  it.each([
    ['rope_scaling', { factor: 4 }, 'factor'],
    ['rope_scaling', { rope_type: 'linear', factor: 4, mscale: 1, beta_fast: 32 }, 'mscale, beta_fast'],
    ['rope_scaling', { type: 'linear', factor: 4, low_freq_factor: 1 }, 'low_freq_factor'],
    ['rope_scaling', { rope_type: 'llama3', ...llama3Fields, short_factor: [1] }, 'short_factor'],
  ])('refuses fields of %s that the scaling does not know: %j', (field, rope, unknown) => {
    const message = refusalOfConfig({ ...SMOLLM2, [field]: rope });
    expect(message).toContain("config.unknown-field: config.json of a 'llama' model, RoPE has fields ");
    expect(message).toContain(`not supported: ${unknown}; supported are rope_theta, partial_rotary_factor, `);
  });

  it.each([
    [
      { hidden_act: 'snake' },
      "field 'hidden_act': activation 'snake' is not supported; supported: gelu, gelu_fast, gelu_new, ",
    ],
    [{ rope_interleaved: true }, "field 'rope_interleaved': interleaved RoPE of this architecture is not"],
    [
      { rope_scaling: { rope_type: 'spiral', factor: 4 } },
      "field 'rope_scaling.rope_type': RoPE scaling 'spiral' is not supported; supported are default, linear, dynamic, ",
    ],
    [
      { rope_parameters: { type: 'spiral', factor: 4 } },
      "field 'rope_parameters.type': RoPE scaling 'spiral' is not supported; supported are default, linear, dynamic, ",
    ],
    [{ rope_parameters: { partial_rotary_factor: 0.5 } }, "RoPE: field 'partial_rotary_factor': 0.5 is not"],
    [{ rope_parameters: { attention_factor: 1.2 } }, "RoPE: field 'attention_factor': "],
    [
      { rope_scaling: { type: 'longrope', short_factor: [1], long_factor: [1] } },
      "RoPE: field 'short_factor': 1 factors for 32 frequencies",
    ],
    [
      { head_dim: 2, rope_scaling: { type: 'dynamic', factor: 2 } },
      "RoPE: field 'rope_type': 'dynamic' needs more than 2 rotated features a head",
    ],
    [{ rope_scaling: { rope_type: 'linear' } }, "RoPE: field 'factor': "],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, "RoPE: field 'low_freq_factor': "],
  ])('refuses what it can’t compute: %j', (change, message) => {
    const refused = refusalOfConfig({ ...SMOLLM2, ...change });
    expect(refused).toContain('config.field: ');
    expect(refused).toContain(message);
  });

  it('lists the architectures it has', () => {
    const supported = architectures.flatMap(({ huggingFaceTypes }) => huggingFaceTypes);
    expect(supported).toContain('mistral');
    expect(refusalOfConfig({ ...SMOLLM2, model_type: 'mamba' })).toBe(
      `config.architecture: architecture 'mamba' is not supported; supported are ${supported.join(', ')}`,
    );
    expect(refusalOfConfig(without(SMOLLM2, 'model_type'))).toBe(
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
    [{ head_dim: 63 }, "'head_dim': a head's 63 features are odd"],
    [{ hidden_size: 27 }, "'head_dim': a head's 3 features are odd"],
  ])('names the fields of heads that don’t fit: %j', (change, message) => {
    const refused = refusalOfConfig({ ...SMOLLM2, ...change });
    expect(refused).toMatch(/^config\.field: config\.json of a 'llama' model(, RoPE)?: field /);
    expect(refused).toContain(message);
  });
});
