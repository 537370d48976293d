import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig } from './testing/reading.js';

/** config.json of openai-community/gpt2. */
const GPT2 = {
  activation_function: 'gelu_new',
  architectures: ['GPT2LMHeadModel'],
  attn_pdrop: 0.1,
  bos_token_id: 50256,
  embd_pdrop: 0.1,
  eos_token_id: 50256,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: 'gpt2',
  n_ctx: 1024,
  n_embd: 768,
  n_head: 12,
  n_layer: 12,
  n_positions: 1024,
  resid_pdrop: 0.1,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  task_specific_params: { 'text-generation': { do_sample: true, max_length: 50 } },
  vocab_size: 50257,
};

const CONFIG = {
  vocabSize: 50257,
  hiddenSize: 768,
  intermediateSize: 3072,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  numKeyValueHeads: 12,
  headDim: 64,
  maxPositionEmbeddings: 1024,
  tieWordEmbeddings: true,
  activation: 'geluTanh',
  layerNormEps: 1e-5,
  scaleAttention: true,
  scaleAttentionByLayer: false,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GPT2, ...change }).config;

describe('a GPT-2 config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(GPT2).architecture).toBe('gpt2');
    expect(read()).toEqual(CONFIG);
  });

  it.each([
    [{ activation_function: undefined, layer_norm_epsilon: undefined, n_inner: null }, CONFIG],
    [
      { n_inner: 4096, activation_function: 'gelu' },
      { intermediateSize: 4096, activation: 'gelu' },
    ],
    [
      { scale_attn_by_inverse_layer_idx: true, reorder_and_upcast_attn: true },
      { scaleAttentionByLayer: true },
    ],
    [
      { scale_attn_weights: false, tie_word_embeddings: false },
      { scaleAttention: false, tieWordEmbeddings: false },
    ],
    [
      { n_embd: undefined, hidden_size: 1536 },
      { hiddenSize: 1536, headDim: 128 },
    ],
    [{ n_special: 0, predict_special_tokens: true, _num_labels: 1, output_past: true }, CONFIG],
  ])('is read with %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ activation_function: 'mish' }, "'activation_function': activation 'mish' is not supported"],
    [
      { add_cross_attention: true },
      "'add_cross_attention': attention to the states of an encoder is not supported",
    ],
    [{ n_head: 7 }, "'n_head': 7 heads can't share the 768 of 'n_embd' evenly"],
    [{ n_layer: undefined }, "'n_layer': "],
    [{ hidden_size: 512 }, "'hidden_size': 512, but 'n_embd', another name of it, is 768"],
    [{ rotary_dim: 64 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...GPT2, ...change })).toContain(message);
  });
});

describe('a GPT-2 GGUF file', () => {
  const fields = {
    block_count: 12,
    context_length: 1024,
    embedding_length: 768,
    feed_forward_length: 3072,
    'attention.head_count': 12,
    'attention.layer_norm_epsilon': 1e-5,
  };

  it('is read as the same model', () => {
    const { architecture, config } = modelFromGguf(ggufFile('gpt2', fields));
    expect(architecture).toBe('gpt2');
    expect(config).toEqual({ ...CONFIG, vocabSize: 3 });
    // Older converters wrote the tied head too.
    expect(modelFromGguf(ggufFile('gpt2', fields, ['output.weight'])).config).toMatchObject({
      tieWordEmbeddings: false,
    });
  });

  it.each([
    [{ 'attention.layer_norm_epsilon': undefined }, "'gpt2.attention.layer_norm_epsilon': "],
    [{ 'attention.scale': 1 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(ggufFile('gpt2', { ...fields, ...change })))).toContain(message);
  });
});
