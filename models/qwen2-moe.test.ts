import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of Qwen1.5-MoE-A2.7B. */
const QWEN_A2_7B = {
  architectures: ['Qwen2MoeForCausalLM'],
  attention_dropout: 0.0,
  bos_token_id: 151643,
  decoder_sparse_step: 1,
  eos_token_id: 151643,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 5632,
  max_position_embeddings: 8192,
  max_window_layers: 21,
  model_type: 'qwen2_moe',
  moe_intermediate_size: 1408,
  norm_topk_prob: false,
  num_attention_heads: 16,
  num_experts: 60,
  num_experts_per_tok: 4,
  num_hidden_layers: 24,
  num_key_value_heads: 16,
  output_router_logits: false,
  rms_norm_eps: 1e-6,
  rope_theta: 1000000.0,
  router_aux_loss_coef: 0.001,
  shared_expert_intermediate_size: 5632,
  sliding_window: 32768,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.39.0.dev0',
  use_cache: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const every = <Value>(value: Value) => Array.from({ length: 24 }, () => value);

const EXPECTED = {
  vocabSize: 151936,
  hiddenSize: 2048,
  intermediateSize: 5632,
  numHiddenLayers: 24,
  numAttentionHeads: 16,
  numKeyValueHeads: 16,
  headDim: 128,
  activation: 'silu',
  rmsNormEps: 1e-6,
  ropeTheta: 1e6,
  ropeScaling: null,
  rotaryDim: 128,
  attentionBias: true,
  slidingWindows: every(null),
  numExperts: 60,
  numExpertsPerToken: 4,
  moeIntermediateSize: 1408,
  sharedExpertIntermediateSize: 5632,
  normTopkProb: false,
  sparseLayers: every(true),
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 8192,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...QWEN_A2_7B, ...change }).config;

describe('qwen2_moe', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual(EXPECTED);
    const change = { norm_topk_prob: true, qkv_bias: false, shared_expert_intermediate_size: 2560 };
    expect(read({ ...change, decoder_sparse_step: 25 })).toEqual({
      ...EXPECTED,
      normTopkProb: true,
      attentionBias: false,
      sharedExpertIntermediateSize: 2560,
      sparseLayers: every(false),
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const sizes = ['moe_intermediate_size', 'shared_expert_intermediate_size', 'num_key_value_heads'];
    const experts = ['num_experts', 'num_experts_per_tok', 'norm_topk_prob', 'decoder_sparse_step'];
    const optional = ['rms_norm_eps', 'sliding_window', 'max_window_layers', 'use_sliding_window'];
    const bare = without(QWEN_A2_7B, ...sizes, ...experts, ...optional);
    expect(modelFromHuggingFace(bare).config).toEqual(EXPECTED);
  });

  it('reads which layers have a window: by their types, or every second of the first', () => {
    const windows = (change: Record<string, unknown>) =>
      read({ use_sliding_window: true, sliding_window: 8, num_hidden_layers: 6, ...change });
    expect(windows({ max_window_layers: 4 })).toMatchObject({
      slidingWindows: [8, null, 8, null, null, null],
    });
    const types = ['full_attention', 'sliding_attention', ...new Array(4).fill('full_attention')];
    expect(windows({ layer_types: types })).toMatchObject({
      slidingWindows: [null, 8, null, null, null, null],
    });
  });

  it.each([
    [{ num_experts_per_tok: 61 }, "'num_experts_per_tok': more than the experts of 'num_experts'"],
    [{ shared_expert_intermediate_size: 0 }, "'shared_expert_intermediate_size': "],
    [{ mlp_only_layers: [-1] }, "'mlp_only_layers.0': "],
    [{ attention_bias: true }, 'config.unknown-field: '],
    [{ n_shared_experts: 2 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...QWEN_A2_7B, ...change })).toContain(message);
  });

  const fields = {
    block_count: 24,
    context_length: 8192,
    embedding_length: 2048,
    feed_forward_length: 5632,
    'attention.head_count': 16,
    'attention.head_count_kv': 16,
    'attention.layer_norm_rms_epsilon': 1e-6,
    expert_count: 60,
    expert_used_count: 4,
    'rope.freq_base': 1e6,
  };
  const sizes = { expert_feed_forward_length: 1400, expert_shared_feed_forward_length: 5600 };
  const fromGguf = (change: Record<string, unknown> = {}) =>
    modelFromGguf(ggufFile('qwen2moe', { ...fields, ...change }, ['output.weight', 'blk.0.attn_q.bias']));

  it('reads GGUF metadata, and what older files leave out as llama.cpp does', () => {
    const { architecture, config } = fromGguf(sizes);
    expect(architecture).toBe('qwen2_moe');
    const stated = { moeIntermediateSize: 1400, sharedExpertIntermediateSize: 5600 };
    expect(config).toEqual({ ...EXPECTED, ...stated, vocabSize: 3 });
    expect(fromGguf().config).toEqual({ ...EXPECTED, vocabSize: 3 });
  });

  it('refuses GGUF metadata that it can’t compute', () => {
    expect(refusalOf(() => fromGguf({ expert_shared_count: 1 }))).toContain(
      'qwen2moe.expert_shared_count; supported are ',
    );
  });

  it('finds the shared expert, and its gate in GGUF files as a vector', () => {
    expect(modelFromHuggingFace(QWEN_A2_7B).tensors).toMatchObject({
      'layers.{i}.mlp.sharedExpert.up.weight': {
        huggingFace: { name: 'model.layers.{i}.mlp.shared_expert.up_proj.weight' },
        gguf: { name: 'blk.{i}.ffn_up_shexp.weight' },
      },
      'layers.{i}.mlp.sharedGate.weight': {
        huggingFace: { name: 'model.layers.{i}.mlp.shared_expert_gate.weight' },
        gguf: { name: 'blk.{i}.ffn_gate_inp_shexp.weight', layout: 'vector' },
      },
    });
  });
});
