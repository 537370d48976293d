import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of Qwen3-30B-A3B. */
const QWEN3_30B_A3B = {
  architectures: ['Qwen3MoeForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 151643,
  decoder_sparse_step: 1,
  eos_token_id: 151645,
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 6144,
  max_position_embeddings: 40960,
  max_window_layers: 48,
  mlp_only_layers: [],
  model_type: 'qwen3_moe',
  moe_intermediate_size: 768,
  norm_topk_prob: true,
  num_attention_heads: 32,
  num_experts: 128,
  num_experts_per_tok: 8,
  num_hidden_layers: 48,
  num_key_value_heads: 4,
  output_router_logits: false,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 1000000.0,
  router_aux_loss_coef: 0.001,
  sliding_window: null,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.51.0',
  use_cache: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const every = <Value>(value: Value, layers = 48) => Array.from({ length: layers }, () => value);

const EXPECTED = {
  vocabSize: 151936,
  hiddenSize: 2048,
  intermediateSize: 6144,
  numHiddenLayers: 48,
  numAttentionHeads: 32,
  numKeyValueHeads: 4,
  headDim: 128,
  activation: 'silu',
  rmsNormEps: 1e-6,
  ropeTheta: 1e6,
  ropeScaling: null,
  rotaryDim: 128,
  attentionBias: false,
  slidingWindow: null,
  numExperts: 128,
  numExpertsPerToken: 8,
  moeIntermediateSize: 768,
  normTopkProb: true,
  sparseLayers: every(true),
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 40960,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...QWEN3_30B_A3B, ...change }).config;

describe('qwen3_moe', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual(EXPECTED);
    expect(read({ sliding_window: 4096 })).toEqual(EXPECTED);
    expect(read({ attention_bias: true, sliding_window: 4096, use_sliding_window: true })).toEqual({
      ...EXPECTED,
      attentionBias: true,
      slidingWindow: 4096,
    });
  });

  it('takes what Qwen3-Coder says beside it', () => {
    const coder = { qkv_bias: false, shared_expert_intermediate_size: 0, use_qk_norm: true };
    expect(read(coder)).toEqual(EXPECTED);
  });

  it('fills in what configs leave out as transformers does', () => {
    const sizes = ['moe_intermediate_size', 'num_experts', 'num_experts_per_tok', 'num_key_value_heads'];
    const optional = ['rms_norm_eps', 'attention_bias', 'decoder_sparse_step', 'mlp_only_layers'];
    expect(modelFromHuggingFace(without(QWEN3_30B_A3B, ...sizes, ...optional)).config).toEqual(EXPECTED);
    const bare = without(QWEN3_30B_A3B, 'norm_topk_prob', 'rope_theta', 'head_dim');
    expect(modelFromHuggingFace(bare).config).toEqual({
      ...EXPECTED,
      headDim: 64,
      rotaryDim: 64,
      normTopkProb: false,
      ropeTheta: 10000,
    });
  });

  it('takes the number of experts by both of its names', () => {
    const renamed = { ...without(QWEN3_30B_A3B, 'num_experts'), num_local_experts: 64 };
    expect(modelFromHuggingFace(renamed).config).toEqual({ ...EXPECTED, numExperts: 64 });
  });

  it.each([
    [{ decoder_sparse_step: 2 }, [false, true, false, true, false, true]],
    [{ decoder_sparse_step: 3 }, [false, false, true, false, false, true]],
    [{ mlp_only_layers: [0, 5] }, [false, true, true, true, true, false]],
    [{ decoder_sparse_step: 2, mlp_only_layers: [3] }, [false, true, false, false, false, true]],
  ])('reads which layers have a mixture: %j', (change, sparseLayers) => {
    expect(read({ ...change, num_hidden_layers: 6 })).toMatchObject({ sparseLayers });
  });

  it.each([
    [{ num_experts_per_tok: 129 }, "'num_experts_per_tok': more than the experts of 'num_experts'"],
    [{ num_experts: 1e5 }, "'num_experts': more than 100000 experts in all layers together"],
    [{ num_experts: 0 }, "'num_experts': "],
    [{ num_local_experts: 64 }, "'num_local_experts': 64, but 'num_experts', another name of it, is 128"],
    [{ decoder_sparse_step: 0 }, "'decoder_sparse_step': "],
    [{ shared_expert_intermediate_size: 768 }, "'shared_expert_intermediate_size': a shared expert is not"],
    [{ use_qk_norm: false }, "'use_qk_norm': attention without norms of queries and keys is not supported"],
    [{ qkv_bias: true }, "'qkv_bias': a bias by this name is not supported"],
    [{ layer_types: every('full_attention') }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...QWEN3_30B_A3B, ...change })).toContain(message);
  });

  const fields = {
    block_count: 48,
    context_length: 40960,
    embedding_length: 2048,
    feed_forward_length: 6144,
    'attention.head_count': 32,
    'attention.head_count_kv': 4,
    'attention.key_length': 128,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'attention.value_length': 128,
    expert_count: 128,
    expert_feed_forward_length: 768,
    expert_used_count: 8,
    'rope.freq_base': 1e6,
  };
  const fromGguf = (change: Record<string, unknown> = {}, ...names: string[]) =>
    modelFromGguf(ggufFile('qwen3moe', { ...fields, ...change }, ['output.weight', ...names]));

  it('reads GGUF metadata, of files that scale the probabilities of experts whatever they say', () => {
    const { architecture, config } = fromGguf();
    expect(architecture).toBe('qwen3_moe');
    expect(config).toEqual({ ...EXPECTED, vocabSize: 3 });
    expect(fromGguf({ expert_feed_forward_length: undefined }).config).toEqual(config);
    expect(fromGguf({ expert_shared_feed_forward_length: 0 }).config).toEqual(config);
    expect(fromGguf({}, 'blk.0.attn_q.bias').config).toMatchObject({ attentionBias: true });
  });

  it.each([
    [{ expert_used_count: 129 }, "'qwen3moe.expert_used_count': more than the experts of 'expert_count'"],
    [{ expert_count: undefined }, "'qwen3moe.expert_count': "],
    [
      { expert_shared_feed_forward_length: 8 },
      "'qwen3moe.expert_shared_feed_forward_length': a shared expert is not supported",
    ],
    [{ expert_weights_scale: 2 }, 'qwen3moe.expert_weights_scale; supported are '],
  ])('refuses GGUF metadata that it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => fromGguf(change))).toContain(message);
  });

  it('finds experts and the one MLP of other layers', () => {
    const { tensors } = modelFromHuggingFace(QWEN3_30B_A3B);
    expect(tensors).toMatchObject({
      'layers.{i}.mlp.router.weight': {
        huggingFace: { name: 'model.layers.{i}.mlp.gate.weight' },
        gguf: { name: 'blk.{i}.ffn_gate_inp.weight' },
      },
      'layers.{i}.mlp.experts.127.down.weight': {
        huggingFace: { name: 'model.layers.{i}.mlp.experts.127.down_proj.weight' },
        gguf: { name: 'blk.{i}.ffn_down_exps.weight', matrix: { index: 127, of: 128 } },
      },
      'layers.{i}.mlp.gate.weight': { huggingFace: { name: 'model.layers.{i}.mlp.gate_proj.weight' } },
    });
  });
});
