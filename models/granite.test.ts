import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of granite-3.1-2b-instruct. */
const GRANITE = {
  architectures: ['GraniteForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.1,
  attention_multiplier: 0.015625,
  bos_token_id: 0,
  embedding_multiplier: 12.0,
  eos_token_id: 0,
  hidden_act: 'silu',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 8192,
  logits_scaling: 8.0,
  max_position_embeddings: 131072,
  mlp_bias: false,
  model_type: 'granite',
  num_attention_heads: 32,
  num_hidden_layers: 40,
  num_key_value_heads: 8,
  pad_token_id: 0,
  residual_multiplier: 0.22,
  rms_norm_eps: 1e-5,
  rope_scaling: null,
  rope_theta: 5000000.0,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  transformers_version: '4.47.0.dev0',
  use_cache: true,
  vocab_size: 49155,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GRANITE, ...change }).config;

describe('granite', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 49155,
      hiddenSize: 2048,
      intermediateSize: 8192,
      numHiddenLayers: 40,
      numAttentionHeads: 32,
      numKeyValueHeads: 8,
      headDim: 64,
      activation: 'silu',
      rmsNormEps: 1e-5,
      ropeTheta: 5e6,
      ropeScaling: null,
      rotaryDim: 64,
      attentionBias: false,
      mlpBias: false,
      embeddingScale: 12,
      attentionScale: 1 / 64,
      residualScale: 0.22,
      logitScale: 1 / 8,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 131072,
    });
    expect(read({ attention_bias: true, mlp_bias: true })).toEqual({
      ...read(),
      attentionBias: true,
      mlpBias: true,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const factors = ['attention_multiplier', 'embedding_multiplier', 'logits_scaling', 'residual_multiplier'];
    const others = ['attention_bias', 'mlp_bias', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta'];
    const bare = without(GRANITE, ...factors, ...others, 'hidden_act', 'tie_word_embeddings');
    expect(modelFromHuggingFace(bare).config).toEqual({
      ...read(),
      numKeyValueHeads: 32,
      rmsNormEps: 1e-6,
      ropeTheta: 10000,
      embeddingScale: 1,
      attentionScale: 1,
      residualScale: 1,
      logitScale: 1,
      tieWordEmbeddings: false,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ logits_scaling: 0 }, "config.field: config.json of a 'granite' model: field 'logits_scaling': "],
    [{ residual_multiplier: 'small' }, "field 'residual_multiplier': "],
    [{ num_local_experts: 40 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...GRANITE, ...change })).toContain(message);
  });

  const fields = {
    block_count: 40,
    context_length: 131072,
    embedding_length: 2048,
    feed_forward_length: 8192,
    'attention.head_count': 32,
    'attention.head_count_kv': 8,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'attention.scale': 0.015625,
    embedding_scale: 12,
    logit_scale: 8,
    residual_scale: 0.22,
    'rope.dimension_count': 64,
    'rope.freq_base': 5e6,
    vocab_size: 49155,
  };
  const file = (change: Record<string, unknown> = {}) => ggufFile('granite', { ...fields, ...change });

  it('reads GGUF metadata', () => {
    expect(modelFromGguf(file()).config).toEqual({ ...read(), vocabSize: 3 });
    const none = { 'attention.scale': undefined, embedding_scale: undefined, residual_scale: 0 };
    expect(modelFromGguf(file(none)).config).toEqual({
      ...read(),
      vocabSize: 3,
      attentionScale: 1 / 8,
      embeddingScale: 1,
      residualScale: 1,
    });
  });

  it.each([
    [{ logit_scale: undefined }, "field 'granite.logit_scale': "],
    [{ 'rope.scaling.finetuned': false }, "'granite.rope.scaling.finetuned': attention without RoPE is not"],
    [
      { expert_count: 40 },
      "'granite.expert_count': a mixture of experts of this architecture is not supported",
    ],
  ])('refuses of GGUF files what it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(file(change)))).toContain(message);
  });
});
