import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { refusalOf } from './testing/reading.js';

/** config.json of microsoft/phi-2. */
const PHI_2 = {
  _name_or_path: 'microsoft/phi-2',
  architectures: ['PhiForCausalLM'],
  attention_dropout: 0,
  bos_token_id: 50256,
  embd_pdrop: 0,
  eos_token_id: 50256,
  hidden_act: 'gelu_new',
  hidden_size: 2560,
  initializer_range: 0.02,
  intermediate_size: 10240,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  model_type: 'phi',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 32,
  partial_rotary_factor: 0.4,
  qk_layernorm: false,
  resid_pdrop: 0.1,
  rope_scaling: null,
  rope_theta: 10000,
  tie_word_embeddings: false,
  torch_dtype: 'float16',
  transformers_version: '4.37.0',
  use_cache: true,
  vocab_size: 51200,
};

const PHI_2_CONFIG = {
  vocabSize: 51200,
  hiddenSize: 2560,
  intermediateSize: 10240,
  numHiddenLayers: 32,
  numAttentionHeads: 32,
  numKeyValueHeads: 32,
  headDim: 80,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: false,
  activation: 'geluTanh',
  layerNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 32,
  queryKeyNorm: false,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...PHI_2, ...change });

describe('a Phi config', () => {
  it('is read', () => {
    expect(read().architecture).toBe('phi');
    expect(read().config).toEqual(PHI_2_CONFIG);
  });

  it('may leave out what transformers fills in', () => {
    const sizes = {
      model_type: 'phi',
      hidden_size: 2048,
      intermediate_size: 8192,
      num_attention_heads: 32,
      num_hidden_layers: 24,
      vocab_size: 51200,
    };
    expect(modelFromHuggingFace(sizes).config).toMatchObject({
      numKeyValueHeads: 32,
      headDim: 64,
      rotaryDim: 32,
      maxPositionEmbeddings: 2048,
      layerNormEps: 1e-5,
      activation: 'geluTanh',
      queryKeyNorm: false,
      tieWordEmbeddings: false,
    });
  });

  it.each([
    [{ qk_layernorm: true }, { queryKeyNorm: true }],
    [
      { rope_scaling: { type: 'dynamic', factor: 2 } },
      { ropeScaling: { type: 'dynamic', factor: 2 }, maxPositionEmbeddings: 4096 },
    ],
    [
      { partial_rotary_factor: undefined, rope_parameters: { partial_rotary_factor: 0.2, rope_theta: 5e5 } },
      { rotaryDim: 16, ropeTheta: 5e5 },
    ],
  ])('reads %j', (change, expected) => {
    expect(read(change).config).toMatchObject(expected);
  });

  it.each([
    [{ hidden_act: 'mish' }, "'hidden_act': activation 'mish' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ partial_rotary_factor: 0.01 }, "'partial_rotary_factor': 0 of a head's 80 features"],
    [{ n_head_kv: 4 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => read(change))).toContain(message);
  });
});

it('a Phi-2 GGUF file is read as the same model', () => {
  const metadata = {
    'general.architecture': 'phi2',
    'phi2.context_length': 2048,
    'phi2.embedding_length': 2560,
    'phi2.feed_forward_length': 10240,
    'phi2.block_count': 32,
    'phi2.attention.head_count': 32,
    'phi2.attention.head_count_kv': 32,
    'phi2.attention.layer_norm_epsilon': 1e-5,
    'phi2.rope.dimension_count': 32,
    'tokenizer.ggml.tokens': ['a', 'b', 'c'],
  };
  const { architecture, config } = modelFromGguf({ metadata, tensorNames: ['output.weight'] });
  expect(architecture).toBe('phi');
  expect(config).toEqual({ ...PHI_2_CONFIG, vocabSize: 3 });
});
