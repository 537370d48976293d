import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** config.json of bigcode/starcoder. */
const STARCODER = {
  activation_function: 'gelu',
  architectures: ['GPTBigCodeForCausalLM'],
  attention_softmax_in_fp32: true,
  attn_pdrop: 0.1,
  bos_token_id: 0,
  embd_pdrop: 0.1,
  eos_token_id: 0,
  inference_runner: 0,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  max_batch_size: null,
  max_sequence_length: null,
  model_type: 'gpt_bigcode',
  multi_query: true,
  n_embd: 6144,
  n_head: 48,
  n_inner: 24576,
  n_layer: 40,
  n_positions: 8192,
  pad_key_length: true,
  pre_allocate_kv_cache: false,
  resid_pdrop: 0.1,
  scale_attention_softmax_in_fp32: true,
  scale_attn_weights: true,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  transformers_version: '4.28.1',
  use_cache: true,
  validate_runner_input: true,
  vocab_size: 49152,
};

const CONFIG = {
  vocabSize: 49152,
  hiddenSize: 6144,
  intermediateSize: 24576,
  numHiddenLayers: 40,
  numAttentionHeads: 48,
  numKeyValueHeads: 1,
  headDim: 128,
  maxPositionEmbeddings: 8192,
  tieWordEmbeddings: true,
  activation: 'gelu',
  layerNormEps: 1e-5,
  scaleAttention: true,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...STARCODER, ...change }).config;

describe('gpt_bigcode', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(modelFromHuggingFace(STARCODER).architecture).toBe('gpt_bigcode');
    expect(read()).toEqual(CONFIG);
    const change = {
      multi_query: false,
      n_inner: null,
      scale_attn_weights: false,
      tie_word_embeddings: false,
    };
    expect(read({ ...change, n_embd: 768, n_head: 12 })).toEqual({
      ...CONFIG,
      hiddenSize: 768,
      intermediateSize: 3072,
      numAttentionHeads: 12,
      numKeyValueHeads: 12,
      headDim: 64,
      scaleAttention: false,
      tieWordEmbeddings: false,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['activation_function', 'layer_norm_epsilon', 'multi_query', 'scale_attn_weights'];
    const config = modelFromHuggingFace(without(STARCODER, ...optional)).config;
    expect(config).toEqual({ ...CONFIG, activation: 'geluTanh' });
  });

  it('finds keys of several heads where each head has its queries, keys and values', () => {
    const { tensors } = modelFromHuggingFace({ ...STARCODER, multi_query: false });
    const rows = { groups: 48, of: 384, start: 128, size: 128 };
    const name = 'transformer.h.{i}.attn.c_attn.weight';
    expect(tensors['layers.{i}.attention.key.weight']?.huggingFace).toEqual({ name, rows });
  });

  it.each([
    [{ activation_function: 'mish' }, "'activation_function': activation 'mish' is not supported"],
    [{ add_cross_attention: true }, "'add_cross_attention': attention to the states of an encoder"],
    [{ n_head: 47 }, "'n_head': 47 heads can't share the 6144 of 'n_embd' evenly"],
    [{ n_kv_head: 2 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...STARCODER, ...change })).toContain(message);
  });

  const fields = {
    block_count: 40,
    context_length: 8192,
    embedding_length: 6144,
    feed_forward_length: 24576,
    'attention.head_count': 48,
    'attention.head_count_kv': 1,
    'attention.layer_norm_epsilon': 1e-5,
  };

  it('reads GGUF metadata', () => {
    const read = (change: Record<string, unknown> = {}, ...tensors: string[]) =>
      modelFromGguf(ggufFile('starcoder', { ...fields, ...change }, tensors)).config;
    expect(read()).toEqual({ ...CONFIG, activation: 'geluTanh', vocabSize: 3 });
    expect(read({}, 'output.weight')).toMatchObject({ tieWordEmbeddings: false });
    expect(refusalOf(() => read({ 'attention.head_count_kv': 48 }))).toContain(
      "'starcoder.attention.head_count_kv': more than one head of keys and values is not supported",
    );
  });
});
