import { describe, expect, it } from 'vitest';
import { modelFromHuggingFace } from './index.js';
import { refusalOfConfig } from './testing/reading.js';

/** config.json of facebook/opt-125m. */
const OPT = {
  _name_or_path: 'facebook/opt-125m',
  activation_dropout: 0,
  activation_function: 'relu',
  architectures: ['OPTForCausalLM'],
  attention_dropout: 0,
  bos_token_id: 2,
  do_layer_norm_before: true,
  dropout: 0.1,
  eos_token_id: 2,
  ffn_dim: 3072,
  hidden_size: 768,
  init_std: 0.02,
  layerdrop: 0,
  max_position_embeddings: 2048,
  model_type: 'opt',
  num_attention_heads: 12,
  num_hidden_layers: 12,
  pad_token_id: 1,
  prefix: '</s>',
  torch_dtype: 'float16',
  transformers_version: '4.21.0.dev0',
  use_cache: true,
  vocab_size: 50272,
  word_embed_proj_dim: 768,
};

const CONFIG = {
  vocabSize: 50272,
  hiddenSize: 768,
  intermediateSize: 3072,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  numKeyValueHeads: 12,
  headDim: 64,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: true,
  activation: 'relu',
  embeddingSize: 768,
  normsBefore: true,
  finalNorm: true,
  learnedNorms: true,
  bias: true,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...OPT, ...change }).config;

describe('an OPT config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(OPT).architecture).toBe('opt');
    expect(read()).toEqual(CONFIG);
  });

  it.each([
    [{ activation_function: undefined, do_layer_norm_before: undefined, word_embed_proj_dim: null }, CONFIG],
    // opt-350m
    [
      { do_layer_norm_before: false, hidden_size: 1024, num_attention_heads: 16, word_embed_proj_dim: 512 },
      { normsBefore: false, finalNorm: false, hiddenSize: 1024, embeddingSize: 512 },
    ],
    [{ learned_embeddings: true, scale_embeddings: false }, CONFIG],
    [{ _remove_final_layer_norm: true }, { normsBefore: true, finalNorm: false }],
    [
      { activation_function: 'gelu', enable_bias: false, layer_norm_elementwise_affine: false },
      { activation: 'gelu', bias: false, learnedNorms: false },
    ],
  ])('is read with %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ activation_function: 'mish' }, "'activation_function': activation 'mish' is not supported"],
    [{ scale_embeddings: true }, "'scale_embeddings': a scale of the embedding is not supported"],
    [{ ffn_dim: undefined }, "'ffn_dim': "],
    [
      { num_attention_heads: 7 },
      "'num_attention_heads': 7 heads can't share the 768 of 'hidden_size' evenly",
    ],
    [{ layer_norm_eps: 1e-6 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...OPT, ...change })).toContain(message);
  });
});
