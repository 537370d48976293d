import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of c4ai-command-r7b-12-2024. */
const COMMAND_R7B = {
  architectures: ['Cohere2ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 5,
  cache_implementation: 'hybrid',
  eos_token_id: 255001,
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 4096,
  initializer_range: 0.02,
  intermediate_size: 14336,
  layer_norm_eps: 1e-5,
  layer_switch: 4,
  logit_scale: 0.25,
  max_position_embeddings: 8192,
  model_type: 'cohere2',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  order_of_interleaved_layers: 'local_attn_first',
  pad_token_id: 0,
  position_embedding_type: 'rope_gptj',
  rope_scaling: null,
  rope_theta: 50000,
  rotary_pct: 1.0,
  sliding_window: 4096,
  sliding_window_pattern: 4,
  torch_dtype: 'bfloat16',
  transformers_version: '4.48.0.dev0',
  use_cache: true,
  use_embedding_sharing: true,
  use_gated_activation: true,
  use_parallel_block: true,
  use_parallel_embedding: true,
  vocab_size: 256000,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...COMMAND_R7B, ...change }).config;

const repeated = <Value>(times: number, ...values: Value[]) =>
  Array.from({ length: times }, () => values).flat();

describe('cohere2', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 256000,
      hiddenSize: 4096,
      intermediateSize: 14336,
      numHiddenLayers: 32,
      numAttentionHeads: 32,
      numKeyValueHeads: 8,
      headDim: 128,
      activation: 'silu',
      normEps: 1e-5,
      ropeTheta: 50000,
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      logitScale: 0.25,
      slidingWindows: repeated(8, 4096, 4096, 4096, null),
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 8192,
    });
    expect(read({ attention_bias: true, sliding_window: 512, sliding_window_pattern: 2 })).toEqual({
      ...read(),
      attentionBias: true,
      slidingWindows: repeated(16, 512, null),
    });
  });

  it('takes windows from layer_types rather than from the pattern', () => {
    const types = repeated(16, 'full_attention', 'sliding_attention');
    expect(read({ layer_types: types })).toEqual({ ...read(), slidingWindows: repeated(16, null, 4096) });
  });

  it('fills in what configs leave out as transformers does', () => {
    const windows = ['sliding_window', 'sliding_window_pattern', 'head_dim'];
    const others = ['attention_bias', 'hidden_act', 'layer_norm_eps', 'logit_scale', 'num_key_value_heads'];
    expect(modelFromHuggingFace(without(COMMAND_R7B, ...windows, ...others, 'rope_theta')).config).toEqual({
      ...read(),
      numKeyValueHeads: 32,
      ropeTheta: 10000,
      logitScale: 0.0625,
    });
  });

  it.each([
    [{ order_of_interleaved_layers: 'global_attn_first' }, 'another order of layers is not supported'],
    [{ position_embedding_type: 'alibi' }, 'another kind of positions is not supported'],
    [{ rotary_pct: 0.5 }, "'rotary_pct': partial rotary embedding is not supported"],
    [{ sliding_window: null }, "field 'sliding_window': "],
    [{ use_embedding_sharing: false }, "'use_embedding_sharing': "],
    [{ use_gated_activation: false }, 'an MLP without a gate is not supported'],
    [{ use_parallel_block: false }, 'a sequential residual is not supported'],
    [{ use_qk_norm: true }, 'a norm of queries and keys is not supported'],
    [{ layer_types: ['full_attention'] }, "'layer_types': 1 types for 32 layers"],
    [{ num_experts: 8 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...COMMAND_R7B, ...change })).toContain(message);
  });

  const fields = {
    block_count: 32,
    context_length: 8192,
    embedding_length: 4096,
    feed_forward_length: 14336,
    'attention.head_count': 32,
    'attention.head_count_kv': 8,
    'attention.key_length': 128,
    'attention.layer_norm_epsilon': 1e-5,
    'attention.sliding_window': 4096,
    'attention.value_length': 128,
    logit_scale: 0.25,
    'rope.dimension_count': 128,
    'rope.freq_base': 50000,
    'rope.scaling.type': 'none',
    vocab_size: 256000,
  };
  const file = (change: Record<string, unknown> = {}) => ggufFile('cohere2', { ...fields, ...change });

  it('reads GGUF metadata', () => {
    expect(modelFromGguf(file()).config).toEqual({ ...read(), vocabSize: 3 });
    expect(modelFromGguf(file({ 'attention.sliding_window_pattern': 2 })).config).toEqual({
      ...read(),
      vocabSize: 3,
      slidingWindows: repeated(16, 4096, null),
    });
  });

  it.each([
    [{ 'attention.sliding_window': undefined }, "field 'cohere2.attention.sliding_window': "],
    [{ use_parallel_residual: false }, 'a sequential residual of this architecture is not supported'],
  ])('refuses of GGUF files what it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(file(change)))).toContain(message);
  });
});
