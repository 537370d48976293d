import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig } from './testing/reading.js';

/** config.json of bigscience/bloom-560m. */
const BLOOM_560M = {
  apply_residual_connection_post_layernorm: false,
  architectures: ['BloomForCausalLM'],
  attention_dropout: 0,
  attention_softmax_in_fp32: true,
  bias_dropout_fusion: true,
  bos_token_id: 1,
  eos_token_id: 2,
  hidden_dropout: 0,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  masked_softmax_fusion: true,
  model_type: 'bloom',
  n_embed: 1024,
  n_inner: null,
  n_layer: 24,
  num_attention_heads: 16,
  offset_alibi: 100,
  pad_token_id: 3,
  pretraining_tp: 1,
  skip_bias_add: true,
  skip_bias_add_qkv: false,
  slow_but_exact: false,
  transformers_version: '4.20.0',
  unk_token_id: 0,
  use_cache: true,
  vocab_size: 250880,
};

const CONFIG = {
  vocabSize: 250880,
  hiddenSize: 1024,
  intermediateSize: 4096,
  numHiddenLayers: 24,
  numAttentionHeads: 16,
  numKeyValueHeads: 16,
  headDim: 64,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: true,
  layerNormEps: 1e-5,
  residualOfNormed: false,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...BLOOM_560M, ...change }).config;

describe('a BLOOM config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(BLOOM_560M).architecture).toBe('bloom');
    expect(read()).toEqual(CONFIG);
  });

  it.each([
    // The largest has its sizes under these names.
    [
      {
        n_embed: undefined,
        num_attention_heads: undefined,
        hidden_size: 14336,
        n_head: 112,
        seq_length: 4096,
      },
      { hiddenSize: 14336, headDim: 128, maxPositionEmbeddings: 4096 },
    ],
    [{ layer_norm_epsilon: undefined, slow_but_exact: undefined }, CONFIG],
    [{ apply_residual_connection_post_layernorm: true }, { residualOfNormed: true }],
    [{ tie_word_embeddings: false }, { tieWordEmbeddings: false }],
  ])('is read with %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ slow_but_exact: true }, "'slow_but_exact': a sum over the shards of training is not supported"],
    [{ num_attention_heads: 7 }, "'n_head': 7 heads can't share the 1024 of 'hidden_size' evenly"],
    [{ hidden_size: 64 }, "'n_embed': 1024, but 'hidden_size', another name of it, is 64"],
    [{ hidden_act: 'gelu' }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...BLOOM_560M, ...change })).toContain(message);
  });
});

describe('a BLOOM GGUF file', () => {
  const fields = {
    context_length: 2048,
    embedding_length: 1024,
    feed_forward_length: 4096,
    block_count: 24,
    'attention.head_count': 16,
    'attention.head_count_kv': 16,
    'attention.layer_norm_epsilon': 1e-5,
  };

  it('is read as the same model', () => {
    const { architecture, config } = modelFromGguf(ggufFile('bloom', fields));
    expect(architecture).toBe('bloom');
    expect(config).toEqual({ ...CONFIG, vocabSize: 3 });
  });

  it.each([
    [
      { 'attention.max_alibi_bias': 16 },
      "'bloom.attention.max_alibi_bias': another largest ALiBi bias is not supported",
    ],
    [{ 'rope.freq_base': 10000 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(ggufFile('bloom', { ...fields, ...change })))).toContain(message);
  });
});
