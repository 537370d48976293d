import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

const ALPHA = {
  alpha: 1000.0,
  beta_fast: 32,
  beta_slow: 1,
  factor: 1.0,
  mscale: 1.0,
  mscale_all_dim: 1.0,
  type: 'dynamic',
};

/** The config.json of Hunyuan-7B-Instruct. */
const HUNYUAN = {
  add_classification_head: false,
  architectures: ['HunYuanDenseV1ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.1,
  attention_head_dim: 128,
  bos_token_id: 127958,
  cla_share_factor: 2,
  class_num: 0,
  dense_list: [4096, 0],
  eos_token_id: 127960,
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 4096,
  im_end_id: 5,
  im_newline_id: 11,
  im_start_id: 4,
  initializer_range: 0.02,
  intermediate_size: 14336,
  mask_init_id: 12,
  max_position_embeddings: 262144,
  mlp_bias: false,
  model_type: 'hunyuan_v1_dense',
  norm_type: 'rms',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  org_vocab_size: 128167,
  pad_id: 127961,
  pad_token_id: 127961,
  pool_type: 'last',
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_scaling: ALPHA,
  rope_theta: 10000.0,
  sep_token_id: 127962,
  text_end_id: 7,
  text_start_id: 6,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  use_cache: true,
  use_cla: false,
  use_qk_norm: true,
  use_rotary_pos_emb: true,
  vocab_size: 128167,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...HUNYUAN, ...change }).config;

describe('hunyuan_v1_dense', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 128167,
      hiddenSize: 4096,
      intermediateSize: 14336,
      numHiddenLayers: 32,
      numAttentionHeads: 32,
      numKeyValueHeads: 8,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-5,
      // 10000 · 1000^(128 / 126), which llama.cpp's converter writes into GGUF files.
      ropeTheta: expect.closeTo(11158839.92, 1),
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 262144,
    });
    expect(read({ attention_bias: true })).toEqual({ ...read(), attentionBias: true });
  });

  it('scales by alpha alone, wherever a config says it', () => {
    const others = { ...ALPHA, factor: 4, mscale: 2, beta_fast: 1 };
    expect(read({ rope_scaling: others })).toEqual(read());
    const { type, ...rest } = ALPHA;
    const parameters = { ...rest, rope_type: type, rope_theta: 10000 };
    expect(read({ rope_scaling: null, rope_parameters: parameters })).toEqual(read());
    expect(read({ rope_parameters: parameters })).toEqual(read());
    expect(read({ rope_scaling: { ...ALPHA, alpha: 1 } })).toEqual({ ...read(), ropeTheta: 10000 });
  });

  it('scales as dynamic NTK where there is no alpha', () => {
    const dynamic = { type: 'dynamic', factor: 2 };
    expect(read({ rope_scaling: dynamic })).toEqual({
      ...read(),
      ropeTheta: 10000,
      ropeScaling: { type: 'dynamic', factor: 2, originalMaxPositionEmbeddings: 262144 },
      maxPositionEmbeddings: 524288,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const own = ['attention_head_dim', 'mlp_bias', 'use_cla', 'use_qk_norm', 'use_rotary_pos_emb'];
    const others = ['attention_bias', 'hidden_act', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta'];
    const bare = without(HUNYUAN, ...own, ...others, 'rope_scaling', 'tie_word_embeddings');
    expect(modelFromHuggingFace(bare).config).toEqual({
      ...read(),
      numKeyValueHeads: 32,
      ropeTheta: 10000,
      tieWordEmbeddings: false,
    });
  });

  it.each([
    [{ use_cla: true }, "'use_cla': attention shared by layers is not supported"],
    [{ use_qk_norm: false }, "'use_qk_norm': attention without norms of queries and keys is not supported"],
    [{ mlp_bias: true }, "'mlp_bias': a bias of the MLP is not supported"],
    [{ attention_head_dim: 64 }, "'attention_head_dim': 64, but 'head_dim', another name of it, is 128"],
    [{ rope_scaling: { ...ALPHA, beta: 3 } }, 'not supported: beta; '],
    [{ rope_scaling: { alpha: 1000, factor: 2, type: 'linear' } }, 'not supported: alpha; '],
    [
      { rope_parameters: { rope_type: 'default', rope_theta: 10000 } },
      "'alpha': 1000 in rope_scaling, but nothing in rope_parameters",
    ],
    [{ attention_head_dim: 2, head_dim: 2 }, "'alpha': needs more than 2 features a head"],
    [{ num_experts: 8 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...HUNYUAN, ...change })).toContain(message);
  });

  const fields = {
    block_count: 32,
    context_length: 262144,
    embedding_length: 4096,
    feed_forward_length: 14336,
    'attention.head_count': 32,
    'attention.head_count_kv': 8,
    'attention.key_length': 128,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'attention.value_length': 128,
    'rope.freq_base': 11158840,
    'rope.scaling.factor': 1,
    'rope.scaling.original_context_length': 262144,
    'rope.scaling.type': 'none',
  };

  it('reads GGUF metadata', () => {
    const file = (change: Record<string, unknown> = {}) =>
      ggufFile('hunyuan-dense', { ...fields, ...change });
    expect(modelFromGguf(file()).config).toEqual({ ...read(), vocabSize: 3, ropeTheta: 11158840 });
    expect(refusalOf(() => modelFromGguf(file({ expert_count: 64 })))).toContain(
      'a mixture of experts of this architecture is not supported',
    );
  });
});
