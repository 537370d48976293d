import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of c4ai-command-r-v01. */
const COMMAND_R = {
  architectures: ['CohereForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 5,
  eos_token_id: 255001,
  hidden_act: 'silu',
  hidden_size: 8192,
  initializer_range: 0.02,
  intermediate_size: 22528,
  layer_norm_eps: 1e-5,
  logit_scale: 0.0625,
  max_position_embeddings: 8192,
  model_max_length: 131072,
  model_type: 'cohere',
  num_attention_heads: 64,
  num_hidden_layers: 40,
  num_key_value_heads: 64,
  pad_token_id: 0,
  pretraining_tp: 1,
  rope_theta: 8000000.0,
  torch_dtype: 'float16',
  transformers_version: '4.38.2',
  use_cache: true,
  vocab_size: 256000,
};

const read = (change: Record<string, unknown> = {}) =>
  modelFromHuggingFace({ ...COMMAND_R, ...change }).config;

describe('cohere', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 256000,
      hiddenSize: 8192,
      intermediateSize: 22528,
      numHiddenLayers: 40,
      numAttentionHeads: 64,
      numKeyValueHeads: 64,
      headDim: 128,
      activation: 'silu',
      normEps: 1e-5,
      ropeTheta: 8e6,
      ropeScaling: null,
      rotaryDim: 128,
      attentionBias: false,
      queryKeyNorm: false,
      logitScale: 0.0625,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 131072,
    });
    // As Command R+ has them.
    expect(
      read({ use_qk_norm: true, logit_scale: 0.8333333333333334, num_key_value_heads: 8 }),
    ).toMatchObject({
      queryKeyNorm: true,
      logitScale: 0.8333333333333334,
      numKeyValueHeads: 8,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'hidden_act', 'layer_norm_eps', 'logit_scale', 'num_key_value_heads'];
    const config = without(COMMAND_R, ...optional, 'model_max_length', 'rope_theta');
    expect(modelFromHuggingFace(config).config).toEqual({
      ...read(),
      ropeTheta: 5e5,
      maxPositionEmbeddings: 8192,
    });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ logit_scale: null }, "'logit_scale': "],
    [{ sliding_window: 4096 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...COMMAND_R, ...change })).toContain(message);
  });

  const fields = {
    block_count: 40,
    context_length: 131072,
    embedding_length: 8192,
    feed_forward_length: 22528,
    logit_scale: 0.0625,
    'attention.head_count': 64,
    'attention.head_count_kv': 64,
    'attention.layer_norm_epsilon': 1e-5,
    'rope.freq_base': 8e6,
    'rope.scaling.type': 'none',
  };

  it('reads GGUF metadata, and norms of queries and keys from the tensors', () => {
    const expected = { ...read(), vocabSize: 3 };
    expect(modelFromGguf(ggufFile('command-r', fields)).config).toEqual(expected);
    const normed = ggufFile('command-r', fields, ['blk.0.attn_q_norm.weight']);
    expect(modelFromGguf(normed).config).toEqual({ ...expected, queryKeyNorm: true });
  });

  it.each([
    [{ logit_scale: undefined }, "'command-r.logit_scale': "],
    [{ use_parallel_residual: false }, "'command-r.use_parallel_residual': a sequential residual"],
  ])('refuses GGUF metadata that it can’t compute: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(ggufFile('command-r', { ...fields, ...change })))).toContain(
      message,
    );
  });
});
