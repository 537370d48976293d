import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig } from './testing/reading.js';

/** config.json of EleutherAI/pythia-70m. */
const PYTHIA = {
  architectures: ['GPTNeoXForCausalLM'],
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_act: 'gelu',
  hidden_size: 512,
  initializer_range: 0.02,
  intermediate_size: 2048,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 2048,
  model_type: 'gpt_neox',
  num_attention_heads: 8,
  num_hidden_layers: 6,
  rotary_emb_base: 10000,
  rotary_pct: 0.25,
  tie_word_embeddings: false,
  torch_dtype: 'float16',
  transformers_version: '4.24.0',
  use_cache: true,
  use_parallel_residual: true,
  vocab_size: 50304,
};

const CONFIG = {
  vocabSize: 50304,
  hiddenSize: 512,
  intermediateSize: 2048,
  numHiddenLayers: 6,
  numAttentionHeads: 8,
  numKeyValueHeads: 8,
  headDim: 64,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: false,
  activation: 'gelu',
  layerNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 16,
  attentionBias: true,
  parallelResidual: true,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...PYTHIA, ...change }).config;

describe('a GPT-NeoX config', () => {
  it('is read', () => {
    expect(modelFromHuggingFace(PYTHIA).architecture).toBe('gpt_neox');
    expect(read()).toEqual(CONFIG);
  });

  const leftOut = {
    hidden_act: undefined,
    layer_norm_eps: undefined,
    rotary_emb_base: undefined,
    rotary_pct: undefined,
    tie_word_embeddings: undefined,
    use_parallel_residual: undefined,
  };

  it.each([
    [leftOut, CONFIG],
    [
      { hidden_act: 'gelu_fast', attention_probs_dropout_prob: 0, hidden_dropout_prob: 0 },
      { activation: 'geluTanh' },
    ],
    [
      { use_parallel_residual: false, rotary_pct: 1 },
      { parallelResidual: false, rotaryDim: 64 },
    ],
    [{ attention_bias: false, classifier_dropout: 0.1, is_decoder: true }, { attentionBias: false }],
    // Written by transformers 4.48, and by 5.
    [{ rope_theta: 10000, partial_rotary_factor: 0.25, rope_scaling: null }, CONFIG],
    [
      {
        ...leftOut,
        rope_parameters: { rope_type: 'default', rope_theta: 25000, partial_rotary_factor: 0.5 },
      },
      { ropeTheta: 25000, rotaryDim: 32 },
    ],
    [
      { rope_scaling: { type: 'linear', factor: 2 } },
      { ropeScaling: { type: 'linear', factor: 2 }, rotaryDim: 16 },
    ],
  ])('is read with %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it.each([
    [{ hidden_act: 'mish' }, "'hidden_act': activation 'mish' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ rotary_pct: 0.3 }, "'partial_rotary_factor': 19"],
    [{ rope_theta: 500 }, "'rope_theta': 500, but 'rotary_emb_base', another name of it, is 10000"],
    [{ head_dim: 32 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOfConfig({ ...PYTHIA, ...change })).toContain(message);
  });
});

describe('a GPT-NeoX GGUF file', () => {
  const fields = {
    block_count: 6,
    context_length: 2048,
    embedding_length: 512,
    feed_forward_length: 2048,
    'rope.dimension_count': 16,
    'attention.head_count': 8,
    use_parallel_residual: true,
    'attention.layer_norm_epsilon': 1e-5,
  };
  const names = ['output.weight', 'blk.0.attn_qkv.bias'];

  it('is read as the same model', () => {
    const { architecture, config } = modelFromGguf(ggufFile('gptneox', fields, names));
    expect(architecture).toBe('gpt_neox');
    expect(config).toEqual({ ...CONFIG, vocabSize: 3 });
    const sequential = { ...fields, use_parallel_residual: false };
    expect(modelFromGguf(ggufFile('gptneox', sequential)).config).toMatchObject({
      parallelResidual: false,
      attentionBias: false,
      tieWordEmbeddings: true,
    });
  });

  it.each([
    [{ use_parallel_residual: undefined }, "'gptneox.use_parallel_residual': "],
    [{ 'rope.dimension_count': 128 }, "'gptneox.rope.dimension_count': "],
    [{ 'attention.key_scale': 1 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => modelFromGguf(ggufFile('gptneox', { ...fields, ...change }, names)))).toContain(
      message,
    );
  });
});
