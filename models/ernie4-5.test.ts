import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of ERNIE-4.5-0.3B-PT. */
const ERNIE = {
  architectures: ['Ernie4_5_ForCausalLM'],
  auto_map: {
    AutoConfig: 'configuration_ernie4_5.Ernie4_5_Config',
    AutoModel: 'modeling_ernie4_5.Ernie4_5_Model',
    AutoModelForCausalLM: 'modeling_ernie4_5.Ernie4_5_ForCausalLM',
  },
  bos_token_id: 1,
  eos_token_id: 2,
  hidden_act: 'silu',
  hidden_size: 1024,
  intermediate_size: 3072,
  max_position_embeddings: 131072,
  model_type: 'ernie4_5',
  num_attention_heads: 16,
  num_key_value_heads: 2,
  head_dim: 128,
  num_hidden_layers: 18,
  pad_token_id: 0,
  rms_norm_eps: 1e-5,
  use_cache: false,
  vocab_size: 103424,
  rope_theta: 500000,
  use_bias: false,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...ERNIE, ...change }).config;

describe('ernie4_5', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 103424,
      hiddenSize: 1024,
      intermediateSize: 3072,
      numHiddenLayers: 18,
      numAttentionHeads: 16,
      numKeyValueHeads: 2,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-5,
      ropeTheta: 5e5,
      ropeScaling: null,
      rotaryDim: 128,
      bias: false,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 131072,
    });
    expect(read({ use_bias: true })).toEqual({ ...read(), bias: true });
  });

  it('fills in what configs leave out as transformers does', () => {
    const sizes = ['head_dim', 'num_key_value_heads'];
    const others = ['hidden_act', 'rms_norm_eps', 'rope_theta', 'tie_word_embeddings', 'use_bias'];
    expect(modelFromHuggingFace(without(ERNIE, ...sizes, ...others)).config).toEqual(read());
    expect(read({ head_dim: null, num_key_value_heads: null })).toEqual({
      ...read(),
      numKeyValueHeads: 16,
      headDim: 64,
      rotaryDim: 64,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ moe_num_experts: 64 }, 'config.unknown-field: '],
    [{ compression_ratio: 2 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...ERNIE, ...change })).toContain(message);
  });

  const fields = {
    block_count: 18,
    context_length: 131072,
    embedding_length: 1024,
    feed_forward_length: 3072,
    'attention.head_count': 16,
    'attention.head_count_kv': 2,
    'attention.key_length': 128,
    'attention.layer_norm_rms_epsilon': 1e-5,
    'attention.value_length': 128,
    'rope.freq_base': 5e5,
  };

  it('reads GGUF metadata', () => {
    expect(modelFromGguf(ggufFile('ernie4_5', fields)).config).toEqual({ ...read(), vocabSize: 3 });
    const biased = ggufFile('ernie4_5', fields, ['blk.0.attn_q.bias']);
    expect(modelFromGguf(biased).config).toEqual({ ...read(), vocabSize: 3, bias: true });
    const experts = ggufFile('ernie4_5', { ...fields, expert_count: 64 });
    expect(refusalOf(() => modelFromGguf(experts))).toContain('a mixture of experts of this architecture');
  });
});
