import { describe, expect, it } from 'vitest';
import { modelFromHuggingFace } from './index.js';
import { refusalOfConfig } from './testing/reading.js';

/** config.json of EleutherAI/gpt-neo-125m. */
const GPT_NEO = {
  activation_function: 'gelu_new',
  architectures: ['GPTNeoForCausalLM'],
  attention_dropout: 0,
  attention_layers: Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'global' : 'local')),
  attention_types: [[['global', 'local'], 6]],
  bos_token_id: 50256,
  embed_dropout: 0,
  eos_token_id: 50256,
  gradient_checkpointing: false,
  hidden_size: 768,
  initializer_range: 0.02,
  intermediate_size: null,
  layer_norm_epsilon: 1e-5,
  max_position_embeddings: 2048,
  model_type: 'gpt_neo',
  num_heads: 12,
  num_layers: 12,
  resid_dropout: 0,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  transformers_version: '4.9.0.dev0',
  use_cache: true,
  vocab_size: 50257,
  window_size: 256,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GPT_NEO, ...change }).config;

describe('a GPT-Neo config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(GPT_NEO).architecture).toBe('gpt_neo');
    expect(read()).toEqual({
      vocabSize: 50257,
      hiddenSize: 768,
      intermediateSize: 3072,
      numHiddenLayers: 12,
      numAttentionHeads: 12,
      numKeyValueHeads: 12,
      headDim: 64,
      maxPositionEmbeddings: 2048,
      tieWordEmbeddings: true,
      activation: 'geluTanh',
      layerNormEps: 1e-5,
      slidingWindows: [null, 256, null, 256, null, 256, null, 256, null, 256, null, 256],
    });
  });

  const leftOut = { attention_layers: undefined, attention_types: undefined, window_size: undefined };

  it.each([
    [{ ...leftOut, num_layers: 24 }, Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? null : 256))],
    [
      {
        ...leftOut,
        num_layers: 3,
        window_size: 8,
        attention_types: [
          [['local'], 2],
          [['global'], 1],
        ],
      },
      [8, 8, null],
    ],
    [{ ...leftOut, num_layers: undefined, num_hidden_layers: 1, attention_types: [[['global'], 1]] }, [null]],
  ])('has the windows that it says: %j', (change, slidingWindows) => {
    expect(read(change)).toMatchObject({ slidingWindows });
  });

  it.each([
    [{ activation_function: 'mish' }, "'activation_function': activation 'mish' is not supported"],
    [{ num_layers: 11 }, "'attention_types': 12 types for 11 layers"],
    [
      { attention_types: [[['global'], 12]] },
      "'attention_layers': not the layers that 'attention_types' says",
    ],
    [{ attention_types: [[['sparse'], 12]] }, "'attention_types."],
    [{ num_heads: 7 }, "'num_heads': 7 heads can't share the 768 of 'hidden_size' evenly"],
    [{ rotary_dim: 64 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...GPT_NEO, ...change })).toContain(message);
  });
});
