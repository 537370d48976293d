import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { refusalOf } from './testing/reading.js';

/** config.json of microsoft/Phi-3-mini-4k-instruct. */
const PHI_3_MINI = {
  _name_or_path: 'Phi-3-mini-4k-instruct',
  architectures: ['Phi3ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0,
  auto_map: { AutoConfig: 'configuration_phi3.Phi3Config' },
  bos_token_id: 1,
  embd_pdrop: 0,
  eos_token_id: 32000,
  hidden_act: 'silu',
  hidden_size: 3072,
  initializer_range: 0.02,
  intermediate_size: 8192,
  max_position_embeddings: 4096,
  model_type: 'phi3',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 32,
  original_max_position_embeddings: 4096,
  pad_token_id: 32000,
  resid_pdrop: 0,
  rms_norm_eps: 1e-5,
  rope_scaling: null,
  rope_theta: 10000,
  sliding_window: 2047,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.40.2',
  use_cache: true,
  vocab_size: 32064,
};

const PHI_3_MINI_CONFIG = {
  vocabSize: 32064,
  hiddenSize: 3072,
  intermediateSize: 8192,
  numHiddenLayers: 32,
  numAttentionHeads: 32,
  numKeyValueHeads: 32,
  headDim: 96,
  maxPositionEmbeddings: 4096,
  tieWordEmbeddings: false,
  activation: 'silu',
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 96,
  slidingWindow: 2047,
};

const factors = (count: number) => ({
  short_factor: Array.from({ length: count }, () => 1),
  long_factor: Array.from({ length: count }, (_, i) => 1 + i),
});

/** What config.json of microsoft/Phi-4-mini-instruct says otherwise. */
const PHI_4_MINI = {
  full_attn_mod: 1,
  interpolate_factor: 1,
  lm_head_bias: false,
  max_position_embeddings: 131072,
  mlp_bias: false,
  num_attention_heads: 24,
  num_key_value_heads: 8,
  partial_rotary_factor: 0.75,
  rope_scaling: { ...factors(48), type: 'longrope' },
  sliding_window: 262144,
  tie_word_embeddings: true,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...PHI_3_MINI, ...change });

describe('a Phi-3 config', () => {
  it('is read', () => {
    expect(read().architecture).toBe('phi3');
    expect(read().config).toEqual(PHI_3_MINI_CONFIG);
  });

  it('is read with LongRoPE of a part of each head', () => {
    expect(read(PHI_4_MINI).config).toMatchObject({
      headDim: 128,
      rotaryDim: 96,
      maxPositionEmbeddings: 131072,
      tieWordEmbeddings: true,
      slidingWindow: 262144,
      ropeScaling: {
        type: 'longrope',
        originalMaxPositionEmbeddings: 4096,
        attentionFactor: Math.sqrt(1 + Math.log(32) / Math.log(4096)),
      },
    });
  });

  it('may leave out what transformers fills in', () => {
    const filled = ['max_position_embeddings', 'num_key_value_heads', 'original_max_position_embeddings']
      .concat(['partial_rotary_factor', 'rms_norm_eps', 'rope_scaling', 'rope_theta', 'sliding_window'])
      .concat(['tie_word_embeddings', 'hidden_act']);
    const sparse = Object.entries(PHI_3_MINI).filter(([field]) => !filled.includes(field));
    expect(modelFromHuggingFace(Object.fromEntries(sparse)).config).toEqual({
      ...PHI_3_MINI_CONFIG,
      slidingWindow: null,
    });
  });

  it.each([
    [{ hidden_act: 'mish' }, "'hidden_act': activation 'mish' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, "RoPE scaling 'linear' is not supported by this"],
    [{ rope_scaling: { ...factors(47), type: 'su' } }, "'short_factor': 47 factors for 48 frequencies"],
    [{ attention_bias: true }, "'attention_bias': attention biases of this architecture is not supported"],
    [{ full_attn_mod: 4 }, "'full_attn_mod': "],
    [{ blocksparse_block_size: 64 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => read(change))).toContain(message);
  });
});

const METADATA = {
  'general.architecture': 'phi3',
  'phi3.context_length': 4096,
  'phi3.rope.scaling.original_context_length': 4096,
  'phi3.embedding_length': 3072,
  'phi3.feed_forward_length': 8192,
  'phi3.block_count': 32,
  'phi3.attention.head_count': 32,
  'phi3.attention.head_count_kv': 32,
  'phi3.attention.layer_norm_rms_epsilon': 1e-5,
  'phi3.rope.dimension_count': 96,
  'phi3.rope.freq_base': 10000,
  'phi3.attention.sliding_window': 2047,
  'tokenizer.ggml.tokens': ['a', 'b', 'c'],
};

describe('a Phi-3 GGUF file', () => {
  const readGguf = (change: Record<string, unknown> = {}, ...further: string[]) =>
    modelFromGguf({ metadata: { ...METADATA, ...change }, tensorNames: ['output.weight', ...further] });

  it('is read as the same model', () => {
    expect(readGguf().architecture).toBe('phi3');
    expect(readGguf().config).toEqual({ ...PHI_3_MINI_CONFIG, vocabSize: 3 });
  });

  it.each([
    [{ 'phi3.attention.sliding_window': 0 }, { slidingWindow: null }],
    [{ 'phi3.rope.dimension_count': 72 }, { rotaryDim: 72 }],
  ])('reads %j', (change, expected) => {
    expect(readGguf(change).config).toMatchObject(expected);
  });

  it('takes the factors of LongRoPE from tensors, and that of cosines and sines from the metadata', () => {
    const [shortFactors, longFactors] = [1, 2].map((factor) => Array.from({ length: 48 }, () => factor));
    const description = {
      metadata: { ...METADATA, 'phi3.context_length': 131072, 'phi3.rope.scaling.attn_factor': 1.19 },
      tensorNames: ['output.weight', 'rope_factors_long.weight', 'rope_factors_short.weight'],
      rotaryFactors: {
        'rope_factors_long.weight': longFactors ?? [],
        'rope_factors_short.weight': shortFactors ?? [],
      },
    };
    expect(modelFromGguf(description).config).toMatchObject({
      maxPositionEmbeddings: 131072,
      ropeScaling: {
        type: 'longrope',
        shortFactors,
        longFactors,
        originalMaxPositionEmbeddings: 4096,
        attentionFactor: 1.19,
      },
    });
  });

  it('may say that cosines and sines stay as they are, and nothing else without LongRoPE', () => {
    expect(readGguf({ 'phi3.rope.scaling.attn_factor': 1 }).config).toEqual(readGguf().config);
    expect(refusalOf(() => readGguf({ 'phi3.rope.scaling.attn_factor': 1.19 }))).toContain(
      "'phi3.rope.scaling.attn_factor': 1.19 without LongRoPE is not supported",
    );
  });
});
