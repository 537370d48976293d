import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig } from './testing/reading.js';

/** config.json of tiiuae/falcon-7b. */
const FALCON_7B = {
  alibi: false,
  apply_residual_connection_post_layernorm: false,
  architectures: ['FalconForCausalLM'],
  attention_dropout: 0,
  auto_map: { AutoConfig: 'configuration_falcon.FalconConfig' },
  bias: false,
  bos_token_id: 11,
  eos_token_id: 11,
  hidden_dropout: 0,
  hidden_size: 4544,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: 'falcon',
  multi_query: true,
  new_decoder_architecture: false,
  num_attention_heads: 71,
  num_hidden_layers: 32,
  parallel_attn: true,
  torch_dtype: 'bfloat16',
  transformers_version: '4.27.4',
  use_cache: true,
  vocab_size: 65024,
};

const CONFIG_7B = {
  vocabSize: 65024,
  hiddenSize: 4544,
  intermediateSize: 18176,
  numHiddenLayers: 32,
  numAttentionHeads: 71,
  numKeyValueHeads: 1,
  headDim: 64,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: true,
  activation: 'gelu',
  layerNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 64,
  bias: false,
  residual: 'shared norm',
};

/** What tells the other models' configs from it. */
const FALCON_40B = {
  hidden_size: 8192,
  num_attention_heads: 128,
  new_decoder_architecture: true,
  num_kv_heads: 8,
};
const FALCON_11B = {
  activation: 'gelu',
  ff_factor: 4,
  ffn_hidden_size: 16384,
  hidden_size: 4096,
  max_position_embeddings: 8192,
  new_decoder_architecture: true,
  num_attention_heads: 32,
  num_kv_heads: 8,
  num_ln_in_parallel_attn: 1,
  rope_scaling: null,
  rope_theta: 500042,
  tie_word_embeddings: false,
};
const FALCON_RW = {
  alibi: true,
  bias: true,
  hidden_size: 2048,
  multi_query: false,
  num_attention_heads: 32,
  parallel_attn: false,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...FALCON_7B, ...change }).config;

describe('a Falcon config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(FALCON_7B).architecture).toBe('falcon');
    expect(read()).toEqual(CONFIG_7B);
    const leftOut = { alibi: undefined, bias: undefined, multi_query: undefined, parallel_attn: null };
    expect(read(leftOut)).toEqual(CONFIG_7B);
  });

  it.each([
    ['40B', FALCON_40B, { residual: 'own norms', numKeyValueHeads: 8, headDim: 64 }],
    [
      '11B',
      FALCON_11B,
      { residual: 'shared norm', numKeyValueHeads: 8, ropeTheta: 500042, maxPositionEmbeddings: 8192 },
    ],
    ['RW', FALCON_RW, { residual: 'sequential', numKeyValueHeads: 32, ropeTheta: null, bias: true }],
    // Of the old architecture, transformers writes a number of heads that it does not use.
    ['7B by transformers', { num_kv_heads: 71 }, { numKeyValueHeads: 1 }],
    ['new without a number of heads', { new_decoder_architecture: true }, { numKeyValueHeads: 71 }],
  ])('of %s is read', (_, change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ activation: 'mish' }, "'activation': activation 'mish' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ apply_residual_connection_post_layernorm: true }, "'apply_residual_connection_post_layernorm': "],
    [
      { ...FALCON_40B, parallel_attn: false },
      "'parallel_attn': the new decoder architecture is always parallel",
    ],
    [
      { num_ln_in_parallel_attn: 2 },
      "'num_ln_in_parallel_attn': 2 norms belong to the new decoder architecture",
    ],
    [{ ...FALCON_40B, num_kv_heads: 3 }, "3 heads can't be shared evenly"],
    [{ n_head_kv: 8 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...FALCON_7B, ...change })).toContain(message);
  });
});

describe('a Falcon GGUF file', () => {
  const fields = {
    context_length: 2048,
    tensor_data_layout: 'jploski',
    embedding_length: 4544,
    feed_forward_length: 18176,
    block_count: 32,
    'attention.head_count': 71,
    'attention.head_count_kv': 1,
    'attention.layer_norm_epsilon': 1e-5,
  };
  const sharedHeads = {
    ...fields,
    embedding_length: 8192,
    'attention.head_count': 128,
    'attention.head_count_kv': 8,
  };

  it('is read as the same model', () => {
    const { architecture, config } = modelFromGguf(ggufFile('falcon', fields));
    expect(architecture).toBe('falcon');
    expect(config).toEqual({ ...CONFIG_7B, vocabSize: 3 });
    expect(modelFromGguf(ggufFile('falcon', sharedHeads, ['blk.0.attn_norm_2.weight'])).config).toMatchObject(
      {
        residual: 'own norms',
        numKeyValueHeads: 8,
      },
    );
    expect(
      modelFromGguf(ggufFile('falcon', { ...sharedHeads, 'rope.freq_base': 500042 })).config,
    ).toMatchObject({
      residual: 'shared norm',
      ropeTheta: 500042,
    });
  });

  it.each([
    [sharedHeads, "'falcon.rope.freq_base': Falcon 2's files leave its base of RoPE out"],
    [{ ...fields, use_parallel_residual: true }, "'falcon.use_parallel_residual': "],
    [{ ...fields, 'attention.max_alibi_bias': 8 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (given, message) => {
    expect(refusalOf(() => modelFromGguf(ggufFile('falcon', given)))).toContain(message);
  });
});
