import { describe, expect, it } from 'vitest';
import { modelFromGguf, modelFromHuggingFace } from './index.js';
import { ggufFile, refusalOf, refusalOfConfig, without } from './testing/reading.js';

/** config.json of nvidia/Minitron-4B-Base. */
const MINITRON = {
  architectures: ['NemotronForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 2,
  eos_token_id: 3,
  head_dim: 128,
  hidden_act: 'relu2',
  hidden_size: 3072,
  initializer_range: 0.0134,
  intermediate_size: 9216,
  max_position_embeddings: 4096,
  mlp_bias: false,
  model_type: 'nemotron',
  norm_eps: 1e-5,
  num_attention_heads: 24,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  partial_rotary_factor: 0.5,
  rope_theta: 10000,
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  transformers_version: '4.44.0',
  use_cache: true,
  vocab_size: 256000,
};

const CONFIG = {
  vocabSize: 256000,
  hiddenSize: 3072,
  intermediateSize: 9216,
  numHiddenLayers: 32,
  numAttentionHeads: 24,
  numKeyValueHeads: 8,
  headDim: 128,
  activation: 'reluSquared',
  normEps: 1e-5,
  ropeTheta: 10000,
  ropeScaling: null,
  rotaryDim: 64,
  attentionBias: false,
  mlpBias: false,
  tieWordEmbeddings: false,
  maxPositionEmbeddings: 4096,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...MINITRON, ...change });

describe('nemotron', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read().config).toEqual(CONFIG);
    const change = { attention_bias: true, mlp_bias: true, partial_rotary_factor: 0.25, hidden_act: 'silu' };
    expect(read(change).config).toEqual({
      ...CONFIG,
      attentionBias: true,
      mlpBias: true,
      rotaryDim: 32,
      activation: 'silu',
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['attention_bias', 'hidden_act', 'max_position_embeddings', 'mlp_bias', 'norm_eps'];
    const rotation = ['partial_rotary_factor', 'rope_theta'];
    expect(modelFromHuggingFace(without(MINITRON, ...optional, ...rotation, 'head_dim')).config).toEqual(
      CONFIG,
    );
  });

  it('adds 1 to the weights of norms from Hugging Face, and to nothing else', () => {
    const { tensors } = read();
    const norms = ['norm', 'layers.{i}.attentionNorm', 'layers.{i}.mlpNorm'];
    const shifted = Object.entries(tensors).filter(([, { huggingFace, gguf }]) =>
      [huggingFace, gguf].some((place) => typeof place === 'object' && place.plus !== undefined),
    );
    expect(shifted.map(([path]) => path).sort()).toEqual(norms.map((path) => `${path}.weight`).sort());
    expect(tensors['norm.weight']).toEqual({
      huggingFace: { name: 'model.norm.weight', plus: 1 },
      gguf: { name: 'output_norm.weight' },
    });
  });

  it.each([
    [{ hidden_act: 'relu6' }, "'hidden_act': activation 'relu6' is not supported"],
    [{ rope_scaling: { type: 'ntk', factor: 4 } }, "type': RoPE scaling 'ntk' is not supported"],
    [{ rope_percent: 0.5 }, 'config.unknown-field: '],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...MINITRON, ...change })).toContain(message);
  });

  const fields = {
    block_count: 32,
    context_length: 4096,
    embedding_length: 3072,
    feed_forward_length: 9216,
    vocab_size: 256000,
    'attention.head_count': 24,
    'attention.head_count_kv': 8,
    'attention.layer_norm_epsilon': 1e-5,
    'rope.dimension_count': 64,
    'rope.freq_base': 10000,
    'rope.scaling.type': 'none',
  };

  it('reads GGUF metadata', () => {
    const read = (...tensors: string[]) =>
      modelFromGguf(ggufFile('nemotron', fields, ['output.weight', ...tensors])).config;
    expect(read()).toEqual({ ...CONFIG, vocabSize: 3 });
    const biases = ['blk.0.attn_q.bias', 'blk.0.ffn_up.bias'];
    expect(read(...biases)).toMatchObject({ attentionBias: true, mlpBias: true });
    expect(refusalOf(() => modelFromGguf(ggufFile('nemotron', { ...fields, expert_count: 8 })))).toContain(
      "'nemotron.expert_count': a mixture of experts of this architecture is not supported",
    );
  });
});
