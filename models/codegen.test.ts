import { describe, expect, it } from 'vitest';
import { modelFromHuggingFace } from './index.js';
import { refusalOfConfig, without } from './testing/reading.js';

/** config.json of Salesforce/codegen-350M-mono. */
const CODEGEN = {
  activation_function: 'gelu_new',
  architectures: ['CodeGenForCausalLM'],
  attn_pdrop: 0,
  bos_token_id: 1,
  embd_pdrop: 0,
  eos_token_id: 50256,
  gradient_checkpointing: false,
  initializer_range: 0.02,
  layer_norm_epsilon: 1e-5,
  model_type: 'codegen',
  n_ctx: 2048,
  n_embd: 1024,
  n_head: 16,
  n_inner: null,
  n_layer: 20,
  n_positions: 2048,
  resid_pdrop: 0,
  rotary_dim: 32,
  scale_attn_weights: true,
  summary_activation: null,
  summary_first_dropout: 0.1,
  summary_proj_to_labels: true,
  summary_type: 'cls_index',
  summary_use_proj: true,
  task_specific_params: { 'text-generation': { do_sample: true, max_length: 50, temperature: 1 } },
  tie_word_embeddings: false,
  tokenizer_class: 'GPT2Tokenizer',
  torch_dtype: 'float16',
  transformers_version: '4.21.0.dev0',
  use_cache: true,
  vocab_size: 51200,
};

const CONFIG = {
  vocabSize: 51200,
  hiddenSize: 1024,
  intermediateSize: 4096,
  numHiddenLayers: 20,
  numAttentionHeads: 16,
  numKeyValueHeads: 16,
  headDim: 64,
  maxPositionEmbeddings: 2048,
  tieWordEmbeddings: false,
  activation: 'geluTanh',
  layerNormEps: 1e-5,
  rotaryDim: 32,
};

const read = (change: Record<string, unknown> = {}) => modelFromHuggingFace({ ...CODEGEN, ...change });

describe('codegen', () => {
  it('reads every field that changes the arithmetic', () => {
    expect(read().architecture).toBe('codegen');
    expect(read().config).toEqual(CONFIG);
    expect(read({ n_inner: 2048, rotary_dim: 64, tie_word_embeddings: true }).config).toEqual({
      ...CONFIG,
      intermediateSize: 2048,
      rotaryDim: 64,
      tieWordEmbeddings: true,
    });
  });

  it('fills in what configs leave out as transformers does', () => {
    const optional = ['activation_function', 'layer_norm_epsilon', 'rotary_dim', 'tie_word_embeddings'];
    expect(modelFromHuggingFace(without(CODEGEN, ...optional)).config).toEqual({ ...CONFIG, rotaryDim: 64 });
  });

  it('finds keys behind the values of each quarter of the heads', () => {
    const name = 'transformer.h.{i}.attn.qkv_proj.weight';
    const rows = (start: number) => ({ groups: 4, of: 768, start, size: 256 });
    const place = (projection: string) =>
      read().tensors[`layers.{i}.attention.${projection}.weight`]?.huggingFace;
    expect(place('query')).toEqual({ name, rows: rows(0) });
    expect(place('value')).toEqual({ name, rows: rows(256) });
    expect(place('key')).toEqual({ name, rows: rows(512) });
  });

  it.each([
    [{ activation_function: 'mish' }, "'activation_function': activation 'mish' is not supported"],
    [
      { auto_map: { AutoModelForCausalLM: 'modeling_codegen.CodeGenForCausalLM' } },
      "'auto_map': a model with code of its own (CodeGen2's) is not supported",
    ],
    [{ n_head: 2 }, "'n_head': 2 heads can't be stored in 4 equal parts, as CodeGen's are"],
    [{ rotary_dim: 63 }, "'rotary_dim': RoPE rotates pairs of the 64 features of a head"],
    [{ scale_attn_weights: false }, "'scale_attn_weights': attention without a scale is not supported"],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, "config.json of a 'codegen' model has fields that may"],
  ])('refuses what it can’t compute: %j', (change, message) => {
    expect(refusalOfConfig({ ...CODEGEN, ...change })).toContain(message);
  });
});
