import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig } from './testing/reading.js';

/** config.json of mosaicml/mpt-7b. */
const MPT_7B = {
  architectures: ['MPTForCausalLM'],
  attn_config: {
    alibi: true,
    alibi_bias_max: 8,
    attn_impl: 'torch',
    attn_pdrop: 0,
    attn_type: 'multihead_attention',
    attn_uses_sequence_id: false,
    clip_qkv: null,
    prefix_lm: false,
    qk_ln: false,
    softmax_scale: null,
  },
  auto_map: { AutoConfig: 'configuration_mpt.MPTConfig' },
  d_model: 4096,
  emb_pdrop: 0,
  embedding_fraction: 1,
  expansion_ratio: 4,
  init_config: { init_nonlinearity: 'relu', name: 'kaiming_normal_', verbose: 0 },
  init_device: 'cpu',
  learned_pos_emb: true,
  logit_scale: null,
  max_seq_len: 2048,
  model_type: 'mpt',
  n_heads: 32,
  n_layers: 32,
  no_bias: true,
  norm_type: 'low_precision_layernorm',
  resid_pdrop: 0,
  tokenizer_name: 'EleutherAI/gpt-neox-20b',
  torch_dtype: 'bfloat16',
  transformers_version: '4.28.1',
  use_cache: false,
  verbose: 0,
  vocab_size: 50432,
};

const CONFIG = {
  vocabSize: 50432,
  hiddenSize: 4096,
  intermediateSize: 16384,
  numHiddenLayers: 32,
  numAttentionHeads: 32,
  numKeyValueHeads: 32,
  headDim: 128,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: true,
  layerNormEps: 1e-5,
  alibiBiasMax: 8,
  clip: null,
  attentionScale: null,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...MPT_7B, ...change }).config;

describe('an MPT config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(MPT_7B).architecture).toBe('mpt');
    expect(read()).toEqual(CONFIG);
  });

  it.each([
    [{ attn_config: undefined, expansion_ratio: undefined, norm_type: undefined }, CONFIG],
    // mpt-7b-storywriter
    [
      { attn_config: { alibi_bias_max: 16, clip_qkv: 6 }, max_seq_len: 65536 },
      { alibiBiasMax: 16, clip: 6, maxPositionEmbeddings: 65536 },
    ],
    [
      { attn_config: { model_type: '', clip_qkv: 0, softmax_scale: 0.5 } },
      { clip: null, attentionScale: 0.5 },
    ],
    [
      { d_model: undefined, hidden_size: 2048, layer_norm_epsilon: 1e-6 },
      { hiddenSize: 2048, layerNormEps: 1e-6 },
    ],
  ])('is read with %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ attn_config: { alibi: false } }, "'alibi': attention without ALiBi is not supported"],
    [
      { attn_config: { attn_type: 'multiquery_attention' } },
      "'attn_type': another kind of attention is not supported",
    ],
    [{ attn_config: { prefix_lm: true } }, "'prefix_lm': a prefix that sees all of itself is not supported"],
    [{ attn_config: { qk_ln: true } }, "'qk_ln': a norm of queries and keys is not supported"],
    [{ attn_config: { kv_n_heads: 8 } }, 'config.unknown-field: '],
    [{ no_bias: false }, "'no_bias': a bias is not supported"],
    [{ logit_scale: 'inv_sqrt_d_model' }, "'logit_scale': a scale of the logits is not supported"],
    [{ norm_type: 'rmsnorm' }, "'norm_type': only layer norms are supported"],
    [{ n_heads: 7 }, "'n_heads': 7 heads can't share the 4096 of 'd_model' evenly"],
    [{ n_heads: 1e8, d_model: 1e8 }, "'n_heads': Too big: expected number to be <=1000"],
    [{ ffn_config: {} }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...MPT_7B, ...change })).toContain(message);
  });
});

describe('an MPT GGUF file', () => {
  const fields = {
    context_length: 2048,
    embedding_length: 4096,
    feed_forward_length: 16384,
    block_count: 32,
    'attention.head_count': 32,
    'attention.layer_norm_epsilon': 1e-5,
    'attention.max_alibi_bias': 8,
  };

  it('is read as the same model', () => {
    const { architecture, config } = modelFromGguf(ggufFile('mpt', fields));
    expect(architecture).toBe('mpt');
    expect(config).toEqual({ ...CONFIG, vocabSize: 3 });
    const clipped = { ...fields, 'attention.clamp_kqv': 6, 'attention.max_alibi_bias': 16 };
    expect(modelFromGguf(ggufFile('mpt', clipped)).config).toMatchObject({ clip: 6, alibiBiasMax: 16 });
  });

  it.each([
    [
      { 'attention.max_alibi_bias': 0 },
      "'mpt.attention.max_alibi_bias': attention without ALiBi is not supported",
    ],
    [{ 'attention.scale': 1 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(ggufFile('mpt', { ...fields, ...change })))).toContain(message);
  });
});
