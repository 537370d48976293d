import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** config.json of GLM-Edge-1.5B-Chat, which turns all features of a head. */
const GLM_EDGE = {
  architectures: ['GlmForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  eos_token_id: [59246, 59253, 59255],
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 6144,
  max_position_embeddings: 8192,
  model_type: 'glm',
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 4,
  pad_token_id: 59246,
  partial_rotary_factor: 1.0,
  rms_norm_eps: 1e-5,
  rope_theta: 10000.0,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.47.0.dev0',
  use_cache: true,
  vocab_size: 59264,
};

const EDGE = {
  vocabSize: 59264,
  hiddenSize: 2048,
  intermediateSize: 6144,
  numHiddenLayers: 28,
  numAttentionHeads: 16,
  numKeyValueHeads: 4,
  headDim: 128,
  activation: 'silu',
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 128,
  attentionBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 8192,
};

/** config.json of GLM-4-9B-0414. */
const GLM_4 = {
  ...GLM_EDGE,
  architectures: ['Glm4ForCausalLM'],
  eos_token_id: [151329, 151336, 151338],
  hidden_size: 4096,
  intermediate_size: 13696,
  max_position_embeddings: 32768,
  model_type: 'glm4',
  num_attention_heads: 32,
  num_hidden_layers: 40,
  num_key_value_heads: 2,
  pad_token_id: 151329,
  partial_rotary_factor: 0.5,
  vocab_size: 151552,
};

const FOUR = {
  ...EDGE,
  vocabSize: 151552,
  hiddenSize: 4096,
  intermediateSize: 13696,
  numHiddenLayers: 40,
  numAttentionHeads: 32,
  numKeyValueHeads: 2,
  rotaryDim: 64,
  maxPositionEmbeddings: 32768,
};

describe.each([
  ['glm', GLM_EDGE, EDGE],
  ['glm4', GLM_4, FOUR],
] as const)('%s', (type, file, config) => {
  const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...file, ...change });

  it('reads every field that changes the arithmetic', () => {
    expect(read().architecture).toBe(type);
    expect(read().config).toEqual(config);
    const change = { attention_bias: true, partial_rotary_factor: 0.25 };
    expect(read(change).config).toEqual({ ...config, attentionBias: true, rotaryDim: 32 });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'head_dim', 'partial_rotary_factor', 'rms_norm_eps', 'rope_theta'];
    const sizes = ['max_position_embeddings', 'num_key_value_heads'];
    expect(modelFromHuggingFace(without(file, ...optional, ...sizes, 'hidden_act')).config).toEqual({
      ...config,
      attentionBias: true,
      rotaryDim: 64,
      rmsNormEps: 1.5625e-7,
      maxPositionEmbeddings: 131072,
      numKeyValueHeads: 2,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ partial_rotary_factor: 0.29 }, "'partial_rotary_factor': "],
    [{ rope_ratio: 500 }, 'config.unknown-field: '],
    [{ num_nextn_predict_layers: 1 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...file, ...change })).toContain(message);
  });
});

describe('GGUF files of GLM', () => {
  const fields = {
    block_count: 40,
    context_length: 32768,
    embedding_length: 4096,
    feed_forward_length: 13696,
    'attention.head_count': 32,
    'attention.head_count_kv': 2,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'rope.dimension_count': 64,
    'rope.freq_base': 10000,
  };
  const file = (type: string, change: Record<string, unknown>, ...tensors: string[]) =>
    ggufFile(type, { ...fields, ...change }, ['output.weight', ...tensors]);

  it.each([
    ['chatglm', 'glm'],
    ['glm4', 'glm4'],
  ])('of type %s are read', (type, architecture) => {
    const read = (...tensors: string[]) => modelFromGguf(file(type, {}, ...tensors));
    expect(read().architecture).toBe(architecture);
    expect(read().config).toEqual({ ...FOUR, vocabSize: 3 });
    expect(read('blk.0.attn_q.bias').config).toMatchObject({ attentionBias: true });
  });

  it('are refused where they have more than the model, or another layout', () => {
    const refusal = (...args: Parameters<typeof file>) => refusalOf(() => modelFromGguf(file(...args)));
    expect(refusal('glm4', { nextn_predict_layers: 1 })).toContain('config.unknown-field: ');
    expect(refusal('glm4', { 'rope.dimension_sections': [8, 12, 12, 0] })).toContain(
      'config.unknown-field: ',
    );
    expect(refusal('chatglm', {}, 'blk.0.attn_qkv.weight')).toContain(
      "projections in one tensor ('blk.0.attn_qkv.weight'), as of ChatGLM's own checkpoints",
    );
  });
});
