import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of OLMoE-1B-7B-0924. */
const OLMOE = {
  architectures: ['OlmoeForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  clip_qkv: null,
  eos_token_id: 50279,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 1024,
  max_position_embeddings: 4096,
  model_type: 'olmoe',
  norm_topk_prob: false,
  num_attention_heads: 16,
  num_experts: 64,
  num_experts_per_tok: 8,
  num_hidden_layers: 16,
  num_key_value_heads: 16,
  output_router_logits: false,
  pad_token_id: 1,
  rope_scaling: null,
  rope_theta: 10000.0,
  router_aux_loss_coef: 0.01,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.43.0.dev0',
  use_cache: true,
  vocab_size: 50304,
};

const EXPECTED = {
  vocabSize: 50304,
  hiddenSize: 2048,
  intermediateSize: 1024,
  numHiddenLayers: 16,
  numAttentionHeads: 16,
  numKeyValueHeads: 16,
  headDim: 128,
  activation: 'silu',
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 128,
  numExperts: 64,
  numExpertsPerToken: 8,
  normTopkProb: false,
  attentionBias: false,
  clip: null,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 4096,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...OLMOE, ...change }).config;

describe('olmoe', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual(EXPECTED);
    const change = { attention_bias: true, clip_qkv: 8, norm_topk_prob: true, num_key_value_heads: 4 };
    expect(read({ ...change, rms_norm_eps: 1e-6 })).toEqual({
      ...EXPECTED,
      attentionBias: true,
      clip: 8,
      normTopkProb: true,
      numKeyValueHeads: 4,
      rmsNormEps: 1e-6,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const experts = ['num_experts', 'num_experts_per_tok', 'norm_topk_prob'];
    const optional = ['attention_bias', 'clip_qkv', 'num_key_value_heads', 'rope_theta', 'hidden_act'];
    expect(modelFromHuggingFace(without(OLMOE, ...experts, ...optional)).config).toEqual(EXPECTED);
  });

  it('takes the number of experts by both of its names', () => {
    const renamed = { ...without(OLMOE, 'num_experts'), num_local_experts: 32 };
    expect(modelFromHuggingFace(renamed).config).toEqual({ ...EXPECTED, numExperts: 32 });
  });

  it.each([
    [{ num_experts_per_tok: 65 }, "'num_experts_per_tok': more than the experts of 'num_experts'"],
    [{ num_experts: 1e5 }, "'num_experts': more than 100000 experts in all layers together"],
    [{ clip_qkv: 0 }, "'clip_qkv': "],
    [{ sliding_window: 8 }, 'config.unknown-field: '],
    [{ moe_intermediate_size: 8 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...OLMOE, ...change })).toContain(message);
  });

  const fields = {
    block_count: 16,
    context_length: 4096,
    embedding_length: 2048,
    feed_forward_length: 1024,
    'attention.head_count': 16,
    'attention.head_count_kv': 16,
    'attention.layer_norm_rms_epsilon': 1e-5,
    expert_count: 64,
    expert_used_count: 8,
    'rope.freq_base': 10000,
  };
  const fromGguf = (change: Record<string, unknown> = {}) =>
    modelFromGguf(ggufFile('olmoe', { ...fields, ...change }, ['output.weight']));

  it('reads GGUF metadata', () => {
    const { architecture, config } = fromGguf();
    expect(architecture).toBe('olmoe');
    expect(config).toEqual({ ...EXPECTED, vocabSize: 3 });
  });

  it.each([
    [{ expert_used_count: 65 }, "'olmoe.expert_used_count': more than the experts of 'expert_count'"],
    [{ 'attention.clamp_kqv': 8 }, 'olmoe.attention.clamp_kqv; supported are '],
  ])('refuses GGUF metadata that it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => fromGguf(change))).toContain(message);
  });
});
