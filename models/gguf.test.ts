import { describe, expect, it } from 'vitest';
import { architectures, type GgufDescription, modelFromGguf, ROTARY_FACTOR_TENSORS } from './index.js';
import { refusalOf } from './testing/reading.js';

const METADATA = {
  'general.architecture': 'llama',
  'general.name': 'a name',
  'llama.block_count': 30,
  'llama.embedding_length': 576,
  'llama.feed_forward_length': 1536,
  'llama.context_length': 8192,
  'llama.attention.head_count': 9,
  'llama.attention.head_count_kv': 3,
  'llama.attention.layer_norm_rms_epsilon': 1e-5,
  'llama.rope.freq_base': 100000,
  'llama.rope.dimension_count': 64,
  'tokenizer.ggml.tokens': ['a', 'b', 'c'],
};

const describing = (change: Record<string, unknown> = {}, ...tensorNames: string[]): GgufDescription => ({
  metadata: { ...METADATA, ...change },
  tensorNames,
});
const read = (change: Record<string, unknown> = {}, ...tensorNames: string[]) =>
  modelFromGguf(describing(change, ...tensorNames)).config;

const refusal = (change: Record<string, unknown>) => refusalOf(() => read(change));

describe('modelFromGguf', () => {
  it('reads metadata, and from the tensors what metadata does not say', () => {
    const expected = {
      vocabSize: 3,
      hiddenSize: 576,
      intermediateSize: 1536,
      numHiddenLayers: 30,
      numAttentionHeads: 9,
      numKeyValueHeads: 3,
      headDim: 64,
      activation: 'silu',
      rmsNormEps: 1e-5,
      ropeTheta: 100000,
      ropeScaling: null,
      rotaryDim: 64,
      attentionBias: false,
      mlpBias: false,
      tieWordEmbeddings: true,
      maxPositionEmbeddings: 8192,
    };
    expect(read()).toEqual(expected);
    expect(read({}, 'output.weight', 'blk.0.attn_q.bias', 'blk.0.ffn_up.bias')).toEqual({
      ...expected,
      tieWordEmbeddings: false,
      attentionBias: true,
      mlpBias: true,
    });
  });

  it('fills in what files leave out as llama.cpp does', () => {
    const missing = { 'llama.attention.head_count_kv': undefined, 'llama.rope.freq_base': undefined };
    expect(read(missing)).toMatchObject({ numKeyValueHeads: 9, ropeTheta: 10000 });
    expect(read({ 'llama.rope.scaling.factor': 4 })).toMatchObject({
      ropeScaling: { type: 'linear', factor: 4 },
    });
    expect(read({ 'llama.rope.scaling.factor': 0 })).toMatchObject({ ropeScaling: null });
  });

  it('reads head sizes, windows and linear scaling', () => {
    const change = {
      'llama.attention.key_length': 32,
      'llama.attention.value_length': 32,
      'llama.rope.dimension_count': 32,
      'llama.attention.sliding_window': 100,
      'llama.rope.scaling.type': 'linear',
      'llama.rope.scaling.factor': 4,
    };
    expect(read(change)).toMatchObject({
      headDim: 32,
      slidingWindow: 100,
      ropeScaling: { type: 'linear', factor: 4 },
    });
    const none = { 'llama.rope.scaling.type': 'none', 'llama.rope.scaling.factor': 4 };
    expect(read(none)).toMatchObject({ ropeScaling: null });
  });

  it('takes fields that change nothing of the arithmetic', () => {
    const inert = {
      'llama.vocab_size': 3,
      'llama.tensor_data_layout': 'Meta AI original pth',
      'llama.use_parallel_residual': false,
      'llama.attention.causal': true,
      'llama.expert_count': 0,
      'llama.expert_used_count': 0,
      'llama.rope.scaling.original_context_length': 2048,
      'llama.rope.scaling.finetuned': true,
    };
    expect(read(inert)).toEqual(read());
    const linear = { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 4 };
    expect(read({ ...inert, ...linear })).toEqual(read(linear));
  });

  it('reads YaRN', () => {
    const yarn = { 'llama.rope.scaling.type': 'yarn', 'llama.rope.scaling.factor': 4 };
    // Without an original length, llama.cpp takes the context's: n_ctx_orig_yarn = n_ctx_train (src/llama-model.cpp).
    expect(read(yarn)).toMatchObject({
      ropeScaling: { type: 'yarn', factor: 4, originalMaxPositionEmbeddings: 8192 },
    });
    const stated = { ...yarn, 'llama.rope.scaling.original_context_length': 1024 };
    expect(read(stated)).toMatchObject({ ropeScaling: { originalMaxPositionEmbeddings: 1024 } });
  });

  describe('with RoPE factors in tensors', () => {
    const [frequencies, short, long] = ROTARY_FACTOR_TENSORS as [string, string, string];
    const factors = Array.from({ length: 32 }, (_, i) => 1 + i / 4);
    const readWith = (rotaryFactors: Record<string, readonly number[]>, change = {}) =>
      modelFromGguf({ ...describing(change, ...Object.keys(rotaryFactors)), rotaryFactors }).config;

    it('takes one for each frequency', () => {
      expect(readWith({ [frequencies]: factors })).toMatchObject({
        ropeScaling: { type: 'factors', factors },
      });
    });

    it('takes those of LongRoPE, behind the original context others', () => {
      const twice = factors.map((factor) => 2 * factor);
      const scaling = { type: 'longrope', shortFactors: factors, longFactors: twice, attentionFactor: 1 };
      const original = { 'llama.rope.scaling.original_context_length': 1024 };
      expect(readWith({ [long]: twice, [short]: factors }, original)).toMatchObject({
        ropeScaling: { ...scaling, originalMaxPositionEmbeddings: 1024 },
      });
      expect(readWith({ [short]: factors, [long]: twice })).toMatchObject({
        ropeScaling: { ...scaling, originalMaxPositionEmbeddings: 8192 },
      });
    });

    it.each([
      [
        'too few',
        { [frequencies]: factors.slice(1) },
        {},
        'holds 31 factors, and 32 positive ones are needed',
      ],
      ['a factor of 0', { [frequencies]: [...factors.slice(1), 0] }, {}, 'and 32 positive ones are needed'],
      [
        'no number',
        { [long]: factors, [short]: factors.map(() => Number.NaN) },
        {},
        `'${short}' holds 32 factors`,
      ],
      ['short ones alone', { [short]: factors }, {}, `RoPE factors in '${short}' are not supported`],
      ['both kinds', { [frequencies]: factors, [long]: factors, [short]: factors }, {}, 'are not supported'],
      [
        'a formula as well',
        { [frequencies]: factors },
        { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 4 },
        'linear scaling of frequencies that are divided by factors in a tensor is not supported',
      ],
    ])('refuses %s', (_, rotaryFactors, change, message) => {
      const refused = refusalOf(() => readWith(rotaryFactors, change));
      expect(refused).toContain(
        "config.field: metadata of a 'llama' GGUF file: field 'llama.rope.scaling.type': ",
      );
      expect(refused).toContain(message);
    });

    it('needs their numbers', () => {
      expect(refusalOf(() => read({}, frequencies))).toContain(`'${frequencies}' holds 0 factors`);
    });
  });

  it('refuses fields that it does not know, all of them named', () => {
    const message = refusal({ 'llama.logit_scale': 2, 'llama.rope.scaling.attn_factor': 1.2 });
    expect(message).toMatch(
      /^config\.unknown-field: metadata of a 'llama' GGUF file has fields .*: llama\.logit_scale, llama\.rope\.scaling\.attn_factor; supported are llama\.block_count, /,
    );
    expect(message.split('supported are ')[1]).toContain('llama.rope.scaling.factor');
    expect(refusal({ 'llama.rope.scale_linear': 4 })).toContain('config.unknown-field: ');
  });

  it.each([
    [{ 'llama.rope.dimension_count': 32 }, "'llama.rope.dimension_count': partial rotary embedding, 32 of "],
    [{ 'llama.attention.value_length': 32 }, "'llama.attention.value_length': values of 32 features beside"],
    [{ 'llama.rope.scaling.type': 'linear' }, "'llama.rope.scaling.factor': linear scaling needs a positive"],
    [
      { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 0 },
      "'llama.rope.scaling.factor': linear scaling needs a positive",
    ],
    [{ 'llama.expert_count': 8 }, "'llama.expert_used_count': "],
    [{ 'llama.attention.head_count': 1e8 }, "'llama.attention.head_count': "],
    [
      { 'llama.expert_used_count': 2 },
      "'llama.expert_used_count': a mixture of experts of this architecture is",
    ],
    [{ 'llama.use_parallel_residual': true }, "'llama.use_parallel_residual': a parallel residual of this"],
    [{ 'llama.attention.causal': false }, "'llama.attention.causal': attention to later tokens is not"],
    [
      { 'llama.attention.head_count_kv': 4 },
      "'llama.attention.head_count_kv': 4 heads can't be shared evenly by the 9 of 'llama.attention.head_count'",
    ],
    [
      { 'llama.attention.head_count': 7, 'llama.attention.head_count_kv': 7 },
      "'llama.attention.head_count': 7 heads can't share the 576 of 'llama.embedding_length' evenly",
    ],
    [{ 'llama.attention.key_length': 63, 'llama.rope.dimension_count': 63 }, "count': 63 is odd"],
    [{ 'llama.embedding_length': 27, 'llama.rope.dimension_count': 3 }, "count': 3 is odd"],
  ])('refuses what it can’t compute: %j', (change, message) => {
    const refused = refusal(change);
    expect(refused).toContain("config.field: metadata of a 'llama' GGUF file: field 'llama.");
    expect(refused).toContain(message);
  });

  it.each([
    ['llama.block_count', undefined],
    ['llama.embedding_length', -1],
    ['llama.attention.head_count', [9, 9]],
    ['llama.rope.scaling.type', 'longrope'],
    ['tokenizer.ggml.tokens', []],
  ])('names the field %s that is %j', (field, value) => {
    expect(refusal({ [field]: value })).toContain(
      `config.field: metadata of a 'llama' GGUF file: field '${field}': `,
    );
  });

  it('lists the architectures it has', () => {
    const supported = [...new Set(architectures.flatMap(({ ggufTypes }) => ggufTypes))];
    expect(supported).toContain('llama');
    expect(refusal({ 'general.architecture': 'rwkv7' })).toBe(
      `config.architecture: architecture 'rwkv7' is not supported; supported are ${supported.join(', ')}`,
    );
    expect(refusal({ 'general.architecture': undefined })).toContain('config.architecture: ');
  });
});
