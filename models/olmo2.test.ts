import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of OLMo-2-1124-7B. */
const OLMO = {
  architectures: ['Olmo2ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  eos_token_id: 100257,
  hidden_act: 'silu',
  hidden_size: 4096,
  initializer_range: 0.02,
  intermediate_size: 11008,
  max_position_embeddings: 4096,
  model_type: 'olmo2',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 32,
  pad_token_id: 100277,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 500000,
  tie_word_embeddings: false,
  torch_dtype: 'float32',
  transformers_version: '4.47.0.dev0',
  use_cache: true,
  vocab_size: 100352,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...OLMO, ...change }).config;

describe('olmo2', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 100352,
      hiddenSize: 4096,
      intermediateSize: 11008,
      numHiddenLayers: 32,
      numAttentionHeads: 32,
      numKeyValueHeads: 32,
      headDim: 128,
      activation: 'silu',
      rmsNormEps: 1e-6,
      ropeTheta: 5e5,
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      tieWordEmbeddings: false,
      maxPositionEmbeddings: 4096,
    });
    expect(read({ attention_bias: true })).toEqual({ ...read(), attentionBias: true });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'hidden_act', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta'];
    expect(modelFromHuggingFace(without(OLMO, ...optional, 'tie_word_embeddings')).config).toEqual({
      ...read(),
      rmsNormEps: 1e-5,
      ropeTheta: 10000,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ clip_qkv: 8 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...OLMO, ...change })).toContain(message);
  });

  const fields = {
    block_count: 32,
    context_length: 4096,
    embedding_length: 4096,
    feed_forward_length: 11008,
    'attention.head_count': 32,
    'attention.head_count_kv': 32,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'rope.freq_base': 5e5,
  };

  it('reads GGUF metadata', () => {
    const file = (change: Record<string, unknown> = {}) =>
      ggufFile('olmo2', { ...fields, ...change }, ['output.weight']);
    expect(modelFromGguf(file())).toMatchObject({
      architecture: 'olmo2',
      config: { ...read(), vocabSize: 3 },
    });
    // OLMo 3 has windows under the same type.
    expect(modelFromGguf(file({ 'attention.sliding_window': 4096 })).architecture).toBe('olmo3');
    expect(refusalOf(() => modelFromGguf(file({ 'attention.clamp_kqv': 8 })))).toContain(
      'config.unknown-field: ',
    );
  });
});
