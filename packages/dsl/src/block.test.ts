import { compile, findNode, type Graph, slerpMerge } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { type Block, block } from './block.js';
import { causal } from './causal.js';
import { decoder } from './decoder.js';
import { defineModel, type Model } from './define-model.js';
import { lmHead } from './lm-head.js';
import { add, linear, mul, sigmoid } from './ops.js';
import { project } from './projection.js';
import { residual } from './residual.js';
import { rmsNorm } from './rms-norm.js';
import { rope } from './rope.js';
import { selfAttention } from './self-attention.js';
import type { Tensor } from './tensor.js';
import { tokenEmbedding } from './token-embedding.js';

const DIM = 8;

function modelOf(layers: readonly (readonly Block[])[]): Model {
  return defineModel('mine', () =>
    decoder({
      embed: tokenEmbedding({ vocab: 11, dim: DIM }),
      layers,
      norm: rmsNorm({ eps: 1e-6 }),
      head: lmHead({ tied: false }),
    }),
  )(undefined);
}

const gau = () =>
  block('gau', (x, p) =>
    mul(linear(x, p.parameter('up.weight', [DIM, DIM])), sigmoid(project(p, x, 'gate', DIM, true))),
  );
const attention = () =>
  residual(
    rmsNorm({ eps: 1e-6 }),
    selfAttention({ heads: 2, headDim: 4, position: rope({ theta: 100 }), mask: causal() }),
  );

const domainOf = (graph: Graph, name: string) =>
  findNode(graph, name)?.type.axes.find(({ domain }) => domain !== undefined)?.domain;

describe('a block of one’s own', () => {
  it('has its weights at its path, and is compiled and merged as built-in ones are', () => {
    const model = modelOf([[gau()], [attention(), gau()], [residual(rmsNorm({ eps: 1e-6 }), gau())]]);
    const { prefill, decode } = compile(model, { passes: [slerpMerge({ afterLayer: 0 })] });
    for (const graph of [prefill, decode]) {
      const weights = graph.nodes.filter(({ op }) => op === 'parameter').map(({ name }) => name);
      expect(weights.filter((name) => name.includes('.gau'))).toEqual([
        'layers.0.gau.up.weight',
        'layers.0.gau.gate.weight',
        'layers.0.gau.gate.bias',
        'layers.1.gau.up.weight',
        'layers.1.gau.gate.weight',
        'layers.1.gau.gate.bias',
        'layers.2.gauNorm.weight',
        'layers.2.gau.up.weight',
        'layers.2.gau.gate.weight',
        'layers.2.gau.gate.bias',
      ]);
      expect(domainOf(graph, 'layers.0.output')).toBe('tokens');
      expect(domainOf(graph, 'layers.1.output')).toBe('tokens/2@0');
      expect(domainOf(graph, 'layers.2.gau.sigmoid')).toBe('tokens/2@0');
    }
  });

  it('locates every op where it is written', () => {
    const lineOf = (name: string) =>
      findNode(compile(modelOf([[block('two', lines)]])).prefill, name)?.source;
    function lines(x: Tensor): Tensor {
      const gate = sigmoid(x);
      return mul(x, gate);
    }
    const [gate, product] = [lineOf('layers.0.two.sigmoid'), lineOf('layers.0.output')];
    expect(gate?.file).toBe('src/block.test.ts');
    expect((product?.line as number) - (gate?.line as number)).toBe(1);
  });

  it('caches what it asks for, in the domain of its layer', () => {
    const latent = block('latent', (x, p) => {
      const compressed = project(p, x, 'compress', 3);
      p.cached('latent', compressed);
      return add(x, project(p, compressed, 'expand', DIM));
    });
    const { prefill, decode } = compile(modelOf([[latent], [latent]]), {
      passes: [slerpMerge({ afterLayer: 0 })],
    });
    const cached = (graph: Graph, layer: number) => {
      const id = graph.outputs.get(`cache.layers.${layer}.latent.latent`) as number;
      return graph.nodes[id]?.type.axes[1]?.domain;
    };
    for (const graph of [prefill, decode]) {
      expect([cached(graph, 0), cached(graph, 1)]).toEqual(['tokens', 'tokens/2@0']);
    }
    expect(findNode(decode, 'cache.layers.1.latent.latent')?.op).toBe('state');
  });

  it('may share a weight, but not a name', () => {
    const shared = block('shared', (x, p) => linear(x, p.sharedParameter('everywhere.weight', [DIM, DIM])));
    const { prefill } = compile(modelOf([[shared], [shared]]));
    expect(prefill.nodes.filter(({ name }) => name === 'everywhere.weight')).toHaveLength(1);
    const twice = block('twice', (x, p) => add(p.named('same', sigmoid(x)), p.named('same', mul(x, 2))));
    expect(() => compile(modelOf([[twice]]))).toThrow(
      "two values of graph 'mine.prefill' are named 'layers.0.twice.same'",
    );
  });
});

describe('a value carried past a merge', () => {
  /** Layer 2 adds what layer 0 made. */
  function skipping(): Model {
    let saved: Tensor | undefined;
    const save = block('save', (x) => {
      saved = sigmoid(x);
      return add(x, saved);
    });
    const load = block('load', (x) => add(x, saved as Tensor));
    return modelOf([[save], [gau()], [load]]);
  }

  it('is refused at the node that mixes it with merged tokens, in its own line', () => {
    expect(() => compile(skipping(), { passes: [slerpMerge({ afterLayer: 1 })] })).toThrow(
      expect.objectContaining({
        code: 'ir.type',
        message: expect.stringMatching(
          /^'layers\.2\.output' \(add, src\/block\.test\.ts:\d+:\d+\): axis -2 of left and right: mixes domain 'tokens\/2@1' with 'tokens'$/,
        ),
      }),
    );
  });

  it('is no obstacle where it does not cross the merge', () => {
    expect(domainOf(compile(skipping()).prefill, 'layers.2.output')).toBe('tokens');
    const behind = compile(skipping(), { passes: [slerpMerge({ afterLayer: 2 })] });
    expect(domainOf(behind.prefill, 'layers.2.merged')).toBe('tokens/2@2');
  });
});
