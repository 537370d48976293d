import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { refusalOf } from './testing/reading.js';

/** config.json of google/gemma-2b. */
const GEMMA_2B = {
  architectures: ['GemmaForCausalLM'],
  attention_bias: false,
  attention_dropout: 0,
  bos_token_id: 2,
  eos_token_id: 1,
  head_dim: 256,
  hidden_act: 'gelu',
  hidden_activation: 'gelu_pytorch_tanh',
  hidden_size: 2048,
  initializer_range: 0.02,
  intermediate_size: 16384,
  max_position_embeddings: 8192,
  model_type: 'gemma',
  num_attention_heads: 8,
  num_hidden_layers: 18,
  num_key_value_heads: 1,
  pad_token_id: 0,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 10000,
  torch_dtype: 'bfloat16',
  transformers_version: '4.38.0.dev0',
  use_cache: true,
  vocab_size: 256000,
};

const GEMMA_2B_CONFIG = {
  vocabSize: 256000,
  hiddenSize: 2048,
  intermediateSize: 16384,
  numHiddenLayers: 18,
  numAttentionHeads: 8,
  numKeyValueHeads: 1,
  headDim: 256,
  maxPositionEmbeddings: 8192,
  tieWordEmbeddings: true,
  activation: 'geluTanh',
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: null,
  attentionBias: false,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GEMMA_2B, ...change });

describe('a Gemma config', () => {
  it('is read', () => {
    expect(read().architecture).toBe('gemma');
    expect(read().config).toMatchObject(GEMMA_2B_CONFIG);
  });

  it('may leave out what transformers fills in', () => {
    const sizes = {
      model_type: 'gemma',
      hidden_size: 3072,
      intermediate_size: 24576,
      num_attention_heads: 16,
      num_hidden_layers: 28,
      vocab_size: 256000,
    };
    expect(modelFromHuggingFace(sizes).config).toMatchObject({
      numKeyValueHeads: 16,
      headDim: 256,
      maxPositionEmbeddings: 8192,
      tieWordEmbeddings: true,
      activation: 'geluTanh',
      rmsNormEps: 1e-6,
    });
  });

  it.each([
    [{ hidden_act: 'gelu', hidden_activation: null }, { activation: 'geluTanh' }],
    [{ hidden_act: 'relu', hidden_activation: undefined }, { activation: 'relu' }],
    [
      { attention_bias: true, tie_word_embeddings: false },
      { attentionBias: true, tieWordEmbeddings: false },
    ],
  ])('reads %j', (change, expected) => {
    expect(read(change).config).toMatchObject(expected);
  });

  it.each([
    [{ hidden_act: 'mish' }, "'hidden_act': activation 'mish' is not supported"],
    [{ hidden_act: 'relu' }, "'hidden_activation': does not agree with 'hidden_act'"],
    [{ rope_scaling: { type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ use_bidirectional_attention: true }, "'use_bidirectional_attention': attention to later tokens is"],
    [{ sliding_window: 4096 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => read(change))).toContain(message);
  });
});

it('a Gemma GGUF file is read as the same model', () => {
  const metadata = {
    'general.architecture': 'gemma',
    'gemma.context_length': 8192,
    'gemma.embedding_length': 2048,
    'gemma.block_count': 18,
    'gemma.feed_forward_length': 16384,
    'gemma.attention.head_count': 8,
    'gemma.attention.head_count_kv': 1,
    'gemma.attention.key_length': 256,
    'gemma.attention.value_length': 256,
    'gemma.attention.layer_norm_rms_epsilon': 1e-6,
    'tokenizer.ggml.tokens': ['a', 'b', 'c'],
  };
  const { architecture, config } = modelFromGguf({ metadata, tensorNames: [] });
  expect(architecture).toBe('gemma');
  expect(config).toMatchObject({ ...GEMMA_2B_CONFIG, vocabSize: 3 });
});
