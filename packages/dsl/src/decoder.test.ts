import { compile, findNode, type Graph, printType, slerpMerge } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { block } from './block.js';
import { causal } from './causal.js';
import { decoder, repeat } from './decoder.js';
import { defineModel } from './define-model.js';
import { layerNorm } from './layer-norm.js';
import { lmHead } from './lm-head.js';
import { mlp } from './mlp.js';
import { residual } from './residual.js';
import { rope } from './rope.js';
import { selfAttention } from './self-attention.js';
import { tokenEmbedding } from './token-embedding.js';

/** GPT-like: layer norms, biases, two projections, a partial rope. */
const gpt = defineModel('gpt', ({ window }: { window: number | null }) =>
  decoder({
    embed: tokenEmbedding({ vocab: 11, dim: 8 }),
    layers: repeat(2, () => [
      residual(
        layerNorm({ eps: 1e-5 }),
        selfAttention({
          heads: 2,
          headDim: 4,
          position: rope({ theta: 100, rotaryDim: 2 }),
          mask: causal({ window }),
          bias: true,
          scale: 0.25,
          softcap: 2,
        }),
      ),
      residual(layerNorm({ eps: 1e-5 }), mlp({ dim: 16, activation: 'geluTanh', bias: true })),
    ]),
    norm: layerNorm({ eps: 1e-5 }),
    head: lmHead({ tied: false }),
  }),
);

const weights = (graph: Graph) =>
  graph.nodes.flatMap(({ op, name, type }) => (op === 'parameter' ? [`${name} ${printType(type)}`] : []));
const typeOf = (graph: Graph, name: string) => {
  const node = findNode(graph, name);
  return node && printType(node.type);
};

describe('decoder', () => {
  const model = gpt({ window: 6 });

  it('names weights by their place', () => {
    const layer = (i: number) =>
      [
        'attentionNorm.weight f32[8]',
        'attentionNorm.bias f32[8]',
        ...['query', 'key', 'value', 'output'].flatMap((name) => [
          `attention.${name}.weight f32[8, 8]`,
          `attention.${name}.bias f32[8]`,
        ]),
        'mlpNorm.weight f32[8]',
        'mlpNorm.bias f32[8]',
        'mlp.up.weight f32[8, 16]',
        'mlp.up.bias f32[16]',
        'mlp.down.weight f32[16, 8]',
        'mlp.down.bias f32[8]',
      ].map((weight) => `layers.${i}.${weight}`);
    const expected = [
      'embed.weight f32[8, 11]',
      ...layer(0),
      ...layer(1),
      'norm.weight f32[8]',
      'norm.bias f32[8]',
      'head.weight f32[8, 11]',
    ];
    expect(model.layerCount).toBe(2);
    expect(weights(compile(model).prefill).sort()).toEqual([...expected].sort());
    expect(weights(compile(model).decode).sort()).toEqual([...expected].sort());
  });

  it('passes on what its blocks declare', () => {
    const { prefill } = compile(model);
    const attributes = (op: string) => prefill.nodes.find((node) => node.op === op)?.attributes;
    expect(attributes('attentionMask')).toEqual({ window: 6, proportional: false });
    expect(attributes('attention')).toEqual({ scale: 0.25, softcap: 2 });
    expect(attributes('rotaryCos')).toEqual({
      theta: 100,
      rotaryDim: 2,
      scaling: null,
      interleaved: false,
    });
    expect(typeOf(prefill, 'layers.1.mlp.geluTanh')).toBe('f32[B, N:tokens, 16]');
  });

  it('gives logits of the last token, or of all', () => {
    const logits = (graph: Graph) =>
      printType(graph.nodes[graph.outputs.get('logits') as number]?.type as never);
    expect(logits(compile(model).prefill)).toBe('f32[B, 11]');
    expect(logits(compile(model, { logits: 'all' }).decode)).toBe('f32[B, N:tokens, 11]');
  });

  it('attends to the cached context when decoding', () => {
    const { decode, prefill } = compile(model);
    expect(typeOf(prefill, 'layers.1.attention.keys')).toBe('f32[B, N:tokens, 2, 4]');
    expect(typeOf(decode, 'cache.layers.1.attention.keys')).toBe('f32[B, P:tokens, 2, 4]');
    expect(typeOf(decode, 'cache.layers.1.attention.keys.appended')).toBe('f32[B, N+P:tokens, 2, 4]');
    expect(typeOf(decode, 'layers.0.attention.attentionMask')).toBe('f32[B, 1, N:tokens, N+P:tokens]');
  });

  it.each([
    ['embed', { embed: undefined }],
    ['layers', { layers: undefined }],
    ['layers', { layers: [rope({ theta: 1 })] }],
    ['norm', { norm: undefined }],
    ['head', { head: lmHead }],
  ])('refuses what is no part: %s %o', (part, parts) => {
    expect(() => decoder({ ...model.tree, ...parts } as never)).toThrow(
      expect.objectContaining({
        code: 'dsl.option',
        message: expect.stringMatching(`decoder: ${part} must be`),
      }),
    );
  });

  it('refuses a layer without effect', () => {
    const idle = defineModel('idle', () =>
      decoder({ ...model.tree, layers: [...model.tree.layers, [block('idle', (x) => x)]] }),
    );
    expect(() => compile(idle(undefined))).toThrow('layer 2 does nothing');
  });
});

describe('compile, for callers without types', () => {
  const model = gpt({ window: null });

  it.each([
    ['a model that was not made', gpt, {}, 'the model must be one'],
    ['no model', undefined, {}, 'the model must be one'],
    ['a pass alone', model, { passes: slerpMerge({ afterLayer: 0 }) }, 'passes must be a list'],
    ['a misspelt option', model, { pass: [slerpMerge({ afterLayer: 0 })] }, "there is no option 'pass'"],
    ['other logits', model, { logits: 'none' }, "logits must be 'last', 'all' or 'following', not 'none'"],
    ['a name alone', model, { capture: 'layers.0.output' }, 'capture must be a list of names'],
    ['a record of patches', model, { patch: {} }, 'patch must be a list of names'],
  ])('refuses %s', (_, made, options, message) => {
    expect(() => compile(made as never, options as never)).toThrow(
      expect.objectContaining({ code: 'compile.option', message: expect.stringContaining(message) }),
    );
  });
});

describe('captures and patches', () => {
  const model = gpt({ window: null });

  it('a capture becomes an output that nothing drops', () => {
    const name = 'layers.0.attention.context';
    const { prefill, decode } = compile(model, { capture: [name] });
    for (const graph of [prefill, decode]) {
      expect(graph.nodes[graph.outputs.get(`capture.${name}`) as number]?.name).toBe(name);
    }
    expect(compile(model).prefill.outputs.has(`capture.${name}`)).toBe(false);
  });

  it('names its neighbours when a value does not exist', () => {
    expect(() => compile(model, { patch: ['layers.0.attention.query'] })).toThrow(
      expect.objectContaining({
        code: 'compile.unknown-value',
        message: expect.stringMatching(
          /'gpt\.prefill' has no value 'layers\.0\.attention\.query'; near it: layers\.0\.attention\./,
        ),
      }),
    );
    expect(() => compile(model, { capture: ['nonsense'] })).toThrow(
      "has no value 'nonsense'; geodesic inspect lists all names",
    );
  });
});
