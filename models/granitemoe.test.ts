import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of granite-3.0-1b-a400m-base. */
const GRANITE_1B_A400M = {
  architectures: ['GraniteMoeForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.1,
  attention_multiplier: 0.015625,
  bos_token_id: 0,
  embedding_multiplier: 12.0,
  eos_token_id: 0,
  hidden_act: 'silu',
  hidden_size: 1024,
  initializer_range: 0.02,
  intermediate_size: 512,
  logits_scaling: 6.0,
  max_position_embeddings: 4096,
  model_type: 'granitemoe',
  num_attention_heads: 16,
  num_experts_per_tok: 8,
  num_hidden_layers: 24,
  num_key_value_heads: 8,
  num_local_experts: 32,
  output_router_logits: false,
  pad_token_id: 0,
  residual_multiplier: 0.22,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 10000,
  router_aux_loss_coef: 0.0,
  tie_word_embeddings: true,
  torch_dtype: 'float32',
  transformers_version: '4.46.0.dev0',
  use_cache: true,
  vocab_size: 49155,
};

const EXPECTED = {
  vocabSize: 49155,
  hiddenSize: 1024,
  intermediateSize: 512,
  numHiddenLayers: 24,
  numAttentionHeads: 16,
  numKeyValueHeads: 8,
  headDim: 64,
  activation: 'silu',
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 64,
  attentionBias: false,
  embeddingScale: 12,
  attentionScale: 1 / 64,
  residualScale: 0.22,
  logitScale: 1 / 6,
  numExperts: 32,
  numExpertsPerToken: 8,
  tieWordEmbeddings: true,
  maxPositionEmbeddings: 4096,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...GRANITE_1B_A400M, ...change }).config;

describe('granitemoe', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual(EXPECTED);
    expect(read({ attention_bias: true, num_local_experts: 40 })).toEqual({
      ...EXPECTED,
      attentionBias: true,
      numExperts: 40,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const factors = ['attention_multiplier', 'embedding_multiplier', 'logits_scaling', 'residual_multiplier'];
    const experts = ['num_local_experts', 'num_experts_per_tok'];
    const others = ['attention_bias', 'num_key_value_heads', 'rms_norm_eps', 'tie_word_embeddings'];
    const bare = without(GRANITE_1B_A400M, ...factors, ...experts, ...others);
    expect(modelFromHuggingFace(bare).config).toEqual({
      ...EXPECTED,
      numKeyValueHeads: 16,
      embeddingScale: 1,
      attentionScale: 1,
      residualScale: 1,
      logitScale: 1,
      numExperts: 8,
      numExpertsPerToken: 2,
      tieWordEmbeddings: false,
    });
  });

  it.each([
    [{ num_experts_per_tok: 33 }, "'num_experts_per_tok': more than the experts of 'num_local_experts'"],
    [{ logits_scaling: 0 }, "'logits_scaling': "],
    [{ shared_intermediate_size: 1024 }, 'config.unknown-field: '],
    [{ mlp_bias: true }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...GRANITE_1B_A400M, ...change })).toContain(message);
  });

  const fields = {
    block_count: 24,
    context_length: 4096,
    embedding_length: 1024,
    feed_forward_length: 512,
    'attention.head_count': 16,
    'attention.head_count_kv': 8,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'attention.scale': 0.015625,
    embedding_scale: 12,
    expert_count: 32,
    expert_used_count: 8,
    logit_scale: 6,
    residual_scale: 0.22,
    'rope.dimension_count': 64,
    'rope.freq_base': 10000,
    vocab_size: 49155,
  };
  const fromGguf = (change: Record<string, unknown> = {}) =>
    modelFromGguf(ggufFile('granitemoe', { ...fields, ...change }));

  it('reads GGUF metadata', () => {
    const { architecture, config } = fromGguf();
    expect(architecture).toBe('granitemoe');
    expect(config).toEqual({ ...EXPECTED, vocabSize: 3 });
  });

  it.each([
    [{ expert_count: 4 }, "'granitemoe.expert_used_count': more than the experts of 'expert_count'"],
    [
      { expert_shared_feed_forward_length: 1024 },
      'granitemoe.expert_shared_feed_forward_length; supported are ',
    ],
  ])('refuses GGUF metadata that it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => fromGguf(change))).toContain(message);
  });

  it('finds gate and up projection of an expert in one matrix of a stack, and in GGUF files each in its own', () => {
    const matrix = { index: 31, of: 32 };
    const name = 'model.layers.{i}.block_sparse_moe.input_linear.weight';
    const rows = (start: number) => ({ groups: 1, of: 1024, start, size: 512 });
    expect(modelFromHuggingFace(GRANITE_1B_A400M).tensors).toMatchObject({
      'layers.{i}.mlp.experts.31.gate.weight': {
        huggingFace: { name, matrix, rows: rows(0) },
        gguf: { name: 'blk.{i}.ffn_gate_exps.weight', matrix },
      },
      'layers.{i}.mlp.experts.31.up.weight': {
        huggingFace: { name, matrix, rows: rows(512) },
        gguf: { name: 'blk.{i}.ffn_up_exps.weight', matrix },
      },
      'layers.{i}.mlp.experts.31.down.weight': {
        huggingFace: { name: 'model.layers.{i}.block_sparse_moe.output_linear.weight', matrix },
        gguf: { name: 'blk.{i}.ffn_down_exps.weight', matrix },
      },
    });
  });
});
