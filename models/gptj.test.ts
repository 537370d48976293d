import { describe, expect, it } from 'vitest';
import { modelFromHuggingFace } from './index.js';
import { refusalOfConfig } from './testing/reading.js';

/** config.json of EleutherAI/gpt-j-6b. */
const GPT_J = {
  activation_function: 'gelu_new',
  architectures: ['GPTJForCausalLM'],
  attn_pdrop: 0,
  bos_token_id: 50256,
  embd_pdrop: 0,
  eos_token_id: 50256,
  gradient_checkpointing: false,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: 'gptj',
  n_embd: 4096,
  n_head: 16,
  n_inner: null,
  n_layer: 28,
  n_positions: 2048,
  resid_pdrop: 0,
  rotary: true,
  rotary_dim: 64,
  scale_attn_weights: true,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  task_specific_params: { 'text-generation': { do_sample: true, max_length: 50, temperature: 1 } },
  tie_word_embeddings: false,
  tokenizer_class: 'GPT2Tokenizer',
  transformers_version: '4.18.0.dev0',
  use_cache: true,
  vocab_size: 50400,
};

const CONFIG = {
  vocabSize: 50400,
  hiddenSize: 4096,
  intermediateSize: 16384,
  numHiddenLayers: 28,
  numAttentionHeads: 16,
  numKeyValueHeads: 16,
  headDim: 256,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: false,
  activation: 'geluTanh',
  layerNormEps: 1e-5,
  rotaryDim: 64,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GPT_J, ...change }).config;

describe('a GPT-J config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(GPT_J).architecture).toBe('gptj');
    expect(read()).toEqual(CONFIG);
  });

  it.each([
    [
      {
        rotary: undefined,
        rotary_dim: undefined,
        tie_word_embeddings: undefined,
        activation_function: undefined,
      },
      CONFIG,
    ],
    [
      { n_inner: 8192, rotary_dim: 32 },
      { intermediateSize: 8192, rotaryDim: 32 },
    ],
  ])('is read with %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ activation_function: 'mish' }, "'activation_function': activation 'mish' is not supported"],
    [{ rotary: false }, "'rotary': another position encoding is not supported"],
    [{ rotary_dim: null }, "'rotary_dim': "],
    [{ rotary_dim: 63 }, "'rotary_dim': RoPE rotates pairs of the 256 features of a head"],
    [{ rotary_dim: 512 }, "'rotary_dim': RoPE rotates pairs of the 256 features of a head"],
    [{ scale_attn_weights: false }, "'scale_attn_weights': attention without a scale is not supported"],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...GPT_J, ...change })).toContain(message);
  });
});
