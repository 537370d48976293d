import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { refusalOf } from './testing/reading.js';

const layerTypes = Array.from({ length: 18 }, (_, i) =>
  (i + 1) % 6 === 0 ? 'full_attention' : 'sliding_attention',
);
const windows = layerTypes.map((type) => (type === 'full_attention' ? null : 512));

/** config.json of google/gemma-3-270m. */
const GEMMA_3_270M = {
  _sliding_window_pattern: 6,
  architectures: ['Gemma3ForCausalLM'],
  attention_bias: false,
  attention_dropout: 0,
  attn_logit_softcapping: null,
  bos_token_id: 2,
  dtype: 'bfloat16',
  eos_token_id: 1,
  final_logit_softcapping: null,
  head_dim: 256,
  hidden_activation: 'gelu_pytorch_tanh',
  hidden_size: 640,
  initializer_range: 0.02,
  intermediate_size: 2048,
  layer_types: layerTypes,
  max_position_embeddings: 32768,
  model_type: 'gemma3_text',
  num_attention_heads: 4,
  num_hidden_layers: 18,
  num_key_value_heads: 1,
  pad_token_id: 0,
  query_pre_attn_scalar: 256,
  rms_norm_eps: 1e-6,
  rope_local_base_freq: 10000,
  rope_scaling: null,
  rope_theta: 1000000,
  sliding_window: 512,
  transformers_version: '4.55.0.dev0',
  use_bidirectional_attention: false,
  use_cache: true,
  vocab_size: 262144,
};

const GEMMA_3_270M_CONFIG = {
  vocabSize: 262144,
  hiddenSize: 640,
  intermediateSize: 2048,
  numHiddenLayers: 18,
  numAttentionHeads: 4,
  numKeyValueHeads: 1,
  headDim: 256,
  maxPositionEmbeddings: 32768,
  tieWordEmbeddings: true,
  activation: 'geluTanh',
  rmsNormEps: 1e-6,
  attentionBias: false,
  attentionScale: 1 / 16,
  attentionSoftcap: null,
  finalSoftcap: null,
  slidingWindows: windows,
  ropeTheta: 1e6,
  ropeScaling: null,
  localRope: { theta: 1e4, scaling: null },
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...GEMMA_3_270M, ...change });

describe('a Gemma 3 config', () => {
  it('is read', () => {
    const { architecture, config } = read();
    expect(architecture).toBe('gemma3');
    expect(config).toMatchObject(GEMMA_3_270M_CONFIG);
  });

  it('may leave out what transformers fills in', () => {
    const sizes = {
      model_type: 'gemma3_text',
      hidden_size: 2304,
      intermediate_size: 9216,
      num_attention_heads: 8,
      num_hidden_layers: 2,
      vocab_size: 262208,
    };
    expect(modelFromHuggingFace(sizes).config).toMatchObject({
      numKeyValueHeads: 4,
      headDim: 256,
      maxPositionEmbeddings: 131072,
      rmsNormEps: 1e-6,
      attentionScale: 1 / 16,
      slidingWindows: [4096, 4096],
      tieWordEmbeddings: true,
      ropeTheta: 1e6,
      ropeScaling: null,
      localRope: { theta: 1e4, scaling: null },
    });
  });

  it.each([
    [
      'a pattern for layer types',
      {
        layer_types: undefined,
        sliding_window_pattern: 2,
        num_hidden_layers: 4,
        cache_implementation: 'hybrid',
      },
      { slidingWindows: [512, null, 512, null] },
    ],
    [
      'a scaling of global layers alone',
      { rope_scaling: { factor: 8, rope_type: 'linear' } },
      {
        ropeTheta: 1e6,
        ropeScaling: { type: 'linear', factor: 8 },
        localRope: { theta: 1e4, scaling: null },
      },
    ],
    [
      'RoPE parameters of each kind of layer',
      {
        rope_theta: undefined,
        rope_local_base_freq: undefined,
        rope_parameters: {
          full_attention: { rope_type: 'linear', factor: 4, rope_theta: 5e5 },
          sliding_attention: { rope_type: 'default', rope_theta: 2e4 },
        },
      },
      {
        ropeTheta: 5e5,
        ropeScaling: { type: 'linear', factor: 4 },
        localRope: { theta: 2e4, scaling: null },
      },
    ],
    ['bounded logits', { final_logit_softcapping: 30 }, { finalSoftcap: 30 }],
    ["the 27B model's scale", { query_pre_attn_scalar: 168 }, { attentionScale: 168 ** -0.5 }],
  ])('reads %s', (_, change, expected) => {
    expect(read(change).config).toMatchObject(expected);
  });

  it.each([
    [{ model_type: 'gemma3' }, "config.architecture: architecture 'gemma3' is not supported"],
    [{ hidden_activation: 'tanh' }, "'hidden_activation': activation 'tanh' is not supported"],
    [{ rope_scaling: { rope_type: 'ntk', factor: 2 } }, "RoPE scaling 'ntk' is not supported"],
    [{ rope_parameters: { rope_theta: 1e6 } }, "field 'rope_parameters'"],
    [{ layer_types: ['full_attention'] }, "'layer_types': 1 types for 18 layers"],
    [{ layer_types: ['chunked_attention'] }, "'layer_types.0'"],
    [{ sliding_window: null }, "'sliding_window': "],
    [{ attn_logit_softcapping: 50 }, "'attn_logit_softcapping': bounds of this architecture's attention"],
    [{ use_bidirectional_attention: true }, "'use_bidirectional_attention': attention to later tokens is"],
    [{ altup_num_inputs: 4 }, 'config.unknown-field: '],
  ])('is refused by name: %j', (change, message) => {
    expect(refusalOf(() => read(change))).toContain(message);
  });
});

const METADATA = {
  'general.architecture': 'gemma3',
  'gemma3.context_length': 32768,
  'gemma3.embedding_length': 640,
  'gemma3.block_count': 18,
  'gemma3.feed_forward_length': 2048,
  'gemma3.attention.head_count': 4,
  'gemma3.attention.head_count_kv': 1,
  'gemma3.attention.key_length': 256,
  'gemma3.attention.value_length': 256,
  'gemma3.attention.layer_norm_rms_epsilon': 1e-6,
  'gemma3.attention.sliding_window': 512,
  'gemma3.rope.freq_base': 1000000,
  'tokenizer.ggml.tokens': ['a', 'b', 'c'],
};

describe('a Gemma 3 GGUF file', () => {
  const describing = (change: Record<string, unknown> = {}) => ({
    metadata: { ...METADATA, ...change },
    tensorNames: [],
  });

  it('is read as the same model', () => {
    const { architecture, config } = modelFromGguf(describing());
    expect(architecture).toBe('gemma3');
    expect(config).toMatchObject({ ...GEMMA_3_270M_CONFIG, vocabSize: 3 });
  });

  it.each([
    [
      { 'gemma3.rope.scaling.type': 'linear', 'gemma3.rope.scaling.factor': 8 },
      { ropeTheta: 1e6, ropeScaling: { type: 'linear', factor: 8 }, localRope: { theta: 1e4 } },
    ],
    [
      { 'gemma3.block_count': 62, 'gemma3.embedding_length': 5376, 'gemma3.attention.head_count': 32 },
      { attentionScale: 168 ** -0.5 },
    ],
    [
      { 'gemma3.attention.sliding_window_pattern': 2, 'gemma3.block_count': 4 },
      { slidingWindows: [512, null, 512, null] },
    ],
    [{ 'gemma3.attention.sliding_window': 0, 'gemma3.block_count': 2 }, { slidingWindows: [null, null] }],
    [{ 'gemma3.rope.freq_base_swa': 2e4 }, { localRope: { theta: 2e4, scaling: null } }],
    [{ 'gemma3.final_logit_softcapping': 30 }, { finalSoftcap: 30 }],
  ])('reads %j', (change, expected) => {
    expect(modelFromGguf(describing(change)).config).toMatchObject(expected);
  });

  it('is refused with fields that nothing is known of', () => {
    expect(refusalOf(() => modelFromGguf(describing({ 'gemma3.attn_logit_softcapping': 50 })))).toContain(
      'config.unknown-field: ',
    );
  });
});
