import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of Mixtral-8x7B-v0.1. */
const MIXTRAL = {
  architectures: ['MixtralForCausalLM'],
  attention_dropout: 0.0,
  bos_token_id: 1,
  eos_token_id: 2,
  hidden_act: 'silu',
  hidden_size: 4096,
  initializer_range: 0.02,
  intermediate_size: 14336,
  max_position_embeddings: 32768,
  model_type: 'mixtral',
  num_attention_heads: 32,
  num_experts_per_tok: 2,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  num_local_experts: 8,
  output_router_logits: false,
  rms_norm_eps: 1e-5,
  rope_theta: 1000000.0,
  router_aux_loss_coef: 0.02,
  sliding_window: null,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.36.0.dev0',
  use_cache: true,
  vocab_size: 32000,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...MIXTRAL, ...change }).config;

describe('mixtral', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 32000,
      hiddenSize: 4096,
      intermediateSize: 14336,
      numHiddenLayers: 32,
      numAttentionHeads: 32,
      numKeyValueHeads: 8,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-5,
      ropeTheta: 1e6,
      ropeScaling: null,
      rotaryDim: 128,
      slidingWindow: null,
      numExperts: 8,
      numExpertsPerToken: 2,
      tieWordEmbeddings: false,
      maxPositionEmbeddings: 32768,
    });
    expect(read({ sliding_window: 4096, router_jitter_noise: 0.1 })).toEqual({
      ...read(),
      slidingWindow: 4096,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['hidden_act', 'rms_norm_eps', 'rope_theta', 'sliding_window', 'tie_word_embeddings'];
    const sizes = ['num_key_value_heads', 'num_local_experts', 'num_experts_per_tok'];
    expect(modelFromHuggingFace(without(MIXTRAL, ...optional, ...sizes)).config).toEqual(read());
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ num_experts_per_tok: 9 }, "'num_experts_per_tok': more than the experts of 'num_local_experts'"],
    [{ num_local_experts: 0 }, "'num_local_experts': "],
    [{ num_local_experts: 3e6 }, "'num_local_experts': more than 100000 experts in all layers together"],
    [{ attention_bias: true }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...MIXTRAL, ...change })).toContain(message);
  });

  const fields = {
    block_count: 32,
    context_length: 32768,
    embedding_length: 4096,
    expert_count: 8,
    expert_used_count: 2,
    feed_forward_length: 14336,
    'attention.head_count': 32,
    'attention.head_count_kv': 8,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'rope.dimension_count': 128,
    'rope.freq_base': 1e6,
    vocab_size: 3,
  };
  const file = (change: Record<string, unknown> = {}) =>
    ggufFile('llama', { ...fields, ...change }, ['output.weight']);

  it('reads GGUF metadata of files that have experts', () => {
    const { architecture, config } = modelFromGguf(file());
    expect(architecture).toBe('mixtral');
    expect(config).toEqual({ ...read(), vocabSize: 3 });
    const windowed = modelFromGguf(file({ 'attention.sliding_window': 4096 }));
    expect(windowed.architecture).toBe('mixtral');
    expect(windowed.config).toEqual({ ...config, slidingWindow: 4096 });
    const dense = { expert_count: 0, expert_used_count: 0 };
    expect(modelFromGguf(file(dense)).architecture).toBe('llama');
    expect(modelFromGguf(file({ ...dense, 'attention.sliding_window': 8 })).architecture).toBe('mistral');
  });

  it.each([
    [{ expert_used_count: 9 }, "'llama.expert_used_count': more than the experts of 'expert_count'"],
    [{ expert_used_count: undefined }, "'llama.expert_used_count': "],
    [{ expert_count: 3e6 }, "'llama.expert_count': more than 100000 experts in all layers together"],
    [{ expert_shared_count: 1 }, 'llama.expert_shared_count; supported are '],
  ])('refuses GGUF metadata that it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(file(change)))).toContain(message);
  });

  it('finds each expert in a tensor of its own, or in its place of a stack', () => {
    const { tensors } = modelFromHuggingFace(MIXTRAL);
    const matrix = { index: 7, of: 8 };
    const stored = 'model.layers.{i}.block_sparse_moe.experts.7';
    expect(tensors).toMatchObject({
      'layers.{i}.mlp.experts.7.gate.weight': {
        huggingFace: { name: `${stored}.w1.weight` },
        gguf: { name: 'blk.{i}.ffn_gate_exps.weight', matrix },
      },
      'layers.{i}.mlp.experts.7.down.weight': {
        huggingFace: { name: `${stored}.w2.weight` },
        gguf: { name: 'blk.{i}.ffn_down_exps.weight', matrix },
      },
      'layers.{i}.mlp.experts.7.up.weight': {
        huggingFace: { name: `${stored}.w3.weight` },
        gguf: { name: 'blk.{i}.ffn_up_exps.weight', matrix },
      },
    });
    expect(Object.keys(tensors)).not.toContain('layers.{i}.mlp.experts.8.up.weight');
  });
});
