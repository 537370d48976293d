import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { refusalOf } from './testing/reading.js';

/** config.json of google/gemma-2-2b. */
const GEMMA_2_2B = {
  architectures: ['Gemma2ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0,
  attn_logit_softcapping: 50,
  bos_token_id: 2,
  cache_implementation: 'hybrid',
  eos_token_id: 1,
  final_logit_softcapping: 30,
  head_dim: 256,
  hidden_act: 'gelu_pytorch_tanh',
  hidden_activation: 'gelu_pytorch_tanh',
  hidden_size: 2304,
  initializer_range: 0.02,
  intermediate_size: 9216,
  max_position_embeddings: 8192,
  model_type: 'gemma2',
  num_attention_heads: 8,
  num_hidden_layers: 26,
  num_key_value_heads: 4,
  pad_token_id: 0,
  query_pre_attn_scalar: 256,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  sliding_window: 4096,
  torch_dtype: 'float32',
  transformers_version: '4.42.4',
  use_cache: true,
  vocab_size: 256000,
};

const GEMMA_2_2B_CONFIG = {
  vocabSize: 256000,
  hiddenSize: 2304,
  intermediateSize: 9216,
  numHiddenLayers: 26,
  numAttentionHeads: 8,
  numKeyValueHeads: 4,
  headDim: 256,
  maxPositionEmbeddings: 8192,
  tieWordEmbeddings: true,
  activation: 'geluTanh',
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: null,
  attentionBias: false,
  attentionScale: 1 / 16,
  attentionSoftcap: 50,
  finalSoftcap: 30,
  slidingWindows: Array.from({ length: 26 }, (_, i) => (i % 2 === 0 ? 4096 : null)),
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GEMMA_2_2B, ...change });

describe('a Gemma 2 config', () => {
  it('is read', () => {
    expect(read().architecture).toBe('gemma2');
    expect(read().config).toMatchObject(GEMMA_2_2B_CONFIG);
  });

  it('may leave out what transformers fills in', () => {
    const filled = ['attn_logit_softcapping', 'final_logit_softcapping', 'head_dim', 'hidden_activation']
      .concat(['max_position_embeddings', 'num_key_value_heads', 'query_pre_attn_scalar', 'rms_norm_eps'])
      .concat(['sliding_window', 'attention_bias', 'rope_theta']);
    const sparse = Object.entries(GEMMA_2_2B).filter(([field]) => !filled.includes(field));
    expect(modelFromHuggingFace(Object.fromEntries(sparse)).config).toMatchObject(GEMMA_2_2B_CONFIG);
  });

  it.each([
    [
      { attn_logit_softcapping: null, final_logit_softcapping: null },
      { attentionSoftcap: null, finalSoftcap: null },
    ],
    [{ query_pre_attn_scalar: 144 }, { attentionScale: 1 / 12 }],
    [
      { num_hidden_layers: 2, layer_types: ['full_attention', 'sliding_attention'] },
      { slidingWindows: [null, 4096] },
    ],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, { ropeScaling: { type: 'linear', factor: 2 } }],
  ])('reads %j', (change, expected) => {
    expect(read(change).config).toMatchObject(expected);
  });

  it.each([
    [{ hidden_activation: 'mish' }, "'hidden_activation': activation 'mish' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ use_bidirectional_attention: true }, "'use_bidirectional_attention': attention to later tokens is"],
    [{ final_logit_softcapping: 0 }, "'final_logit_softcapping': "],
    [{ qk_norm: true }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => read(change))).toContain(message);
  });
});

const METADATA = {
  'general.architecture': 'gemma2',
  'gemma2.context_length': 8192,
  'gemma2.embedding_length': 2304,
  'gemma2.block_count': 26,
  'gemma2.feed_forward_length': 9216,
  'gemma2.attention.head_count': 8,
  'gemma2.attention.head_count_kv': 4,
  'gemma2.attention.layer_norm_rms_epsilon': 1e-6,
  'gemma2.attention.key_length': 256,
  'gemma2.attention.value_length': 256,
  'gemma2.attn_logit_softcapping': 50,
  'gemma2.final_logit_softcapping': 30,
  'gemma2.attention.sliding_window': 4096,
  'tokenizer.ggml.tokens': ['a', 'b', 'c'],
};

describe('a Gemma 2 GGUF file', () => {
  const readGguf = (change: Record<string, unknown> = {}) =>
    modelFromGguf({ metadata: { ...METADATA, ...change }, tensorNames: [] });

  it('is read as the same model', () => {
    expect(readGguf().architecture).toBe('gemma2');
    expect(readGguf().config).toMatchObject({ ...GEMMA_2_2B_CONFIG, vocabSize: 3 });
  });

  it('may leave out what llama.cpp fills in', () => {
    const left = { 'gemma2.attn_logit_softcapping': undefined, 'gemma2.attention.sliding_window': undefined };
    expect(readGguf(left).config).toMatchObject({ ...GEMMA_2_2B_CONFIG, vocabSize: 3 });
  });

  it('has another scale in the 27B model', () => {
    const sizes = {
      'gemma2.block_count': 46,
      'gemma2.embedding_length': 4608,
      'gemma2.attention.head_count': 32,
      'gemma2.attention.key_length': 128,
      'gemma2.attention.value_length': 128,
    };
    expect(readGguf(sizes).config).toMatchObject({ headDim: 128, attentionScale: 1 / 12 });
  });
});
