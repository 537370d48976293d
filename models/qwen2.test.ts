import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** The config.json of Qwen2.5-0.5B. */
const QWEN = {
  architectures: ['Qwen2ForCausalLM'],
  attention_dropout: 0.0,
  bos_token_id: 151643,
  eos_token_id: 151643,
  hidden_act: 'silu',
  hidden_size: 896,
  initializer_range: 0.02,
  intermediate_size: 4864,
  max_position_embeddings: 32768,
  max_window_layers: 24,
  model_type: 'qwen2',
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1000000.0,
  sliding_window: 32768,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  transformers_version: '4.40.1',
  use_cache: true,
  use_mrope: false,
  use_sliding_window: false,
  vocab_size: 151936,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...QWEN, ...change }).config;
const everywhere = (window: number | null, layers = 24) => Array.from({ length: layers }, () => window);

describe('qwen2', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read()).toEqual({
      vocabSize: 151936,
      hiddenSize: 896,
      intermediateSize: 4864,
      numHiddenLayers: 24,
      numAttentionHeads: 14,
      numKeyValueHeads: 2,
      headDim: 64,
      activation: 'silu',
      rmsNormEps: 1e-6,
      ropeTheta: 1e6,
      ropeScaling: null,
      rotaryDim: 64,
      slidingWindows: everywhere(null),
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 32768,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const config = without(
      {
        ...QWEN,
        hidden_size: 2048,
        num_attention_heads: 32,
        num_hidden_layers: 30,
        use_sliding_window: true,
      },
      ...['hidden_act', 'num_key_value_heads', 'rms_norm_eps', 'rope_theta', 'tie_word_embeddings'],
      ...['sliding_window', 'max_window_layers'],
    );
    expect(modelFromHuggingFace(config).config).toMatchObject({
      activation: 'silu',
      numKeyValueHeads: 32,
      rmsNormEps: 1e-6,
      ropeTheta: 10000,
      tieWordEmbeddings: false,
      slidingWindows: [...everywhere(null, 28), 4096, 4096],
    });
  });

  it('has windows where they are switched on, by layer_types or from a layer on', () => {
    const windows = { num_hidden_layers: 3, use_sliding_window: true, sliding_window: 8 };
    expect(read({ ...windows, max_window_layers: 2 })).toMatchObject({ slidingWindows: [null, null, 8] });
    expect(read({ ...windows, max_window_layers: 0 })).toMatchObject({ slidingWindows: [8, 8, 8] });
    expect(read({ ...windows, sliding_window: null, max_window_layers: 0 })).toMatchObject({
      slidingWindows: everywhere(null, 3),
    });
    const layer_types = ['sliding_attention', 'full_attention', 'full_attention'];
    expect(read({ ...windows, layer_types })).toMatchObject({ slidingWindows: [8, null, null] });
  });

  it.each([
    [{ hidden_act: 'tanh' }, "'hidden_act': activation 'tanh' is not supported"],
    [{ use_mrope: true }, "'use_mrope': multimodal RoPE is not supported"],
    [{ rope_scaling: { type: 'mrope', factor: 4 } }, "type': RoPE scaling 'mrope' is not supported"],
    [{ rope_parameters: { partial_rotary_factor: 0.5 } }, "'partial_rotary_factor': 0.5 is not supported"],
    [{ dual_chunk_attention_config: {} }, 'config.unknown-field: '],
    [
      { layer_types: everywhere(null).map(() => 'sliding_attention') },
      "'sliding_window': 'layer_types' has layers with a window, but none is given",
    ],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...QWEN, ...change })).toContain(message);
  });

  const fields = {
    block_count: 24,
    context_length: 32768,
    embedding_length: 896,
    feed_forward_length: 4864,
    'attention.head_count': 14,
    'attention.head_count_kv': 2,
    'attention.layer_norm_rms_epsilon': 1e-6,
    'rope.freq_base': 1e6,
  };

  it('reads GGUF metadata', () => {
    const expected = { ...read(), vocabSize: 3 };
    expect(modelFromGguf(ggufFile('qwen2', fields)).config).toEqual(expected);
    const flagged = ggufFile('qwen2', { ...fields, use_parallel_residual: true });
    expect(modelFromGguf(flagged).config).toEqual(expected);
    expect(
      refusalOf(() => modelFromGguf(ggufFile('qwen2', { ...fields, 'attention.sliding_window': 8 }))),
    ).toContain('config.unknown-field: ');
  });
});
