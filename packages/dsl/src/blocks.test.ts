import { compile, findNode, type Graph, nodeAt, slerpMerge } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import {
  alibi,
  alibiSlopes,
  type Block,
  block,
  causal,
  decoder,
  defineModel,
  layerNorm,
  learnedPositions,
  lmHead,
  mixtureOfExperts,
  mlp,
  mul,
  parallelResidual,
  renamed,
  repeat,
  residual,
  rmsNorm,
  rope,
  type SelfAttentionOptions,
  selfAttention,
  tokenEmbedding,
} from './index.js';

const norm = () => rmsNorm({ eps: 1e-5 });
const attention = (options: Partial<SelfAttentionOptions> = {}) =>
  selfAttention({ heads: 2, headDim: 4, position: null, mask: causal(), ...options });
const feedForward = () => mlp({ dim: 12, activation: 'relu' });

const modelOf = (...blocks: Block[]) =>
  defineModel('one', () =>
    decoder({
      embed: tokenEmbedding({ vocab: 5, dim: 8 }),
      layers: repeat(2, () => blocks),
      norm: norm(),
      head: lmHead({ tied: true }),
    }),
  )(undefined);

const weights = ({ nodes }: Graph) =>
  nodes.flatMap(({ op, name }) =>
    op === 'parameter' && name.startsWith('layers.0.') ? [name.slice(9)] : [],
  );
const count = ({ nodes }: Graph, op: string) => nodes.filter((node) => node.op === op).length;

describe('residuals', () => {
  it('name their norms after the block between them', () => {
    const { prefill } = compile(modelOf(residual(norm(), feedForward(), norm())));
    expect(weights(prefill)).toEqual([
      'mlpNorm.weight',
      'mlp.up.weight',
      'mlp.down.weight',
      'mlpPostNorm.weight',
    ]);
    const bare = compile(modelOf(residual(null, feedForward()), renamed('mlpNorm', norm()))).prefill;
    expect(weights(bare)).toEqual(['mlp.up.weight', 'mlp.down.weight', 'mlpNorm.weight']);
  });

  it('multiply what they add, behind the last norm', () => {
    const { prefill } = compile(modelOf(residual(norm(), feedForward(), norm(), { scale: 0.25 })));
    const added = findNode(prefill, 'layers.0.output');
    expect(added?.op).toBe('add');
    const [x, scaled] = (added?.inputs ?? []).map((id) => nodeAt(prefill, id));
    expect(x?.name).toBe('embed.output');
    expect(scaled?.op).toBe('mul');
    const [normed, scale] = (scaled?.inputs ?? []).map((id) => nodeAt(prefill, id));
    expect(normed?.name).toBe('layers.0.mlpPostNorm.output');
    expect(scale).toMatchObject({ op: 'constant', attributes: { value: 0.25 } });
    expect(count(compile(modelOf(residual(norm(), feedForward()))).prefill, 'mul')).toBe(0);
  });

  it('side by side share one norm, or have one each', () => {
    const shared = weights(compile(modelOf(parallelResidual(norm(), attention(), feedForward()))).prefill);
    expect(shared.filter((name) => name.includes('orm'))).toEqual(['norm.weight']);
    const own = weights(
      compile(modelOf(parallelResidual([norm(), norm()], attention(), feedForward()))).prefill,
    );
    expect(own.filter((name) => name.includes('orm'))).toEqual(['attentionNorm.weight', 'mlpNorm.weight']);
  });

  it('are refused with another number of norms than one or that of the blocks', () => {
    const refused = (norms: unknown) => () => parallelResidual(norms as Block, attention(), feedForward());
    for (const norms of [[norm()], [norm(), norm(), norm()], null]) {
      expect(refused(norms)).toThrow(expect.objectContaining({ code: 'dsl.norms' }));
    }
  });
});

describe('options that callers without types make up', () => {
  const compiling = (...blocks: Block[]) => {
    return () => compile(modelOf(...blocks));
  };

  it.each<[string, () => unknown, string]>([
    [
      'an activation',
      compiling(mlp({ dim: 4, activation: 'snake' as never })),
      "there is no activation 'snake'",
    ],
    [
      'what a norm is over',
      compiling(attention({ queryKeyNorm: { norm: norm(), over: 'heads' as never } })),
      "queryKeyNorm over 'heads'",
    ],
    [
      'a norm of projections behind positions',
      compiling(attention({ queryKeyNorm: { norm: norm(), over: 'projection', behindPosition: true } })),
      "must be over 'head'",
    ],
    ['a clip', compiling(attention({ clip: -1 })), 'clip needs a positive number, not -1'],
    [
      'one slope for two heads',
      compiling(attention({ position: alibi({ slopes: [1] }) })),
      'each of 2 heads',
    ],
    ['a theta', compiling(attention({ position: rope({ theta: -3 }) })), 'needs a positive theta, not -3'],
    [
      'heads where there are none',
      compiling(residual(layerNorm({ eps: 1e-5, perHead: true }), feedForward())),
      'perHead needs states [B, N, heads, dim]',
    ],
    [
      'positions of the function',
      () => attention({ position: rope as never }),
      'position must be an encoding',
    ],
    ['no positions', () => attention({ position: undefined as never }), 'position must be an encoding'],
    ['a mask of the function', () => attention({ mask: causal as never }), 'mask must be a mask'],
    [
      'a factor that is no number',
      compiling(block('scaled', (x) => mul(x, Number.NaN))),
      "at 'layers.0.scaled': NaN",
    ],
    ['a count of heads', () => alibiSlopes(2.5), '2.5 heads'],
    ['a count of heads that no memory holds', () => alibiSlopes(1e10), '10000000000 heads'],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe('attention', () => {
  it('normalises each head or the whole projection', () => {
    const shapes = (over: 'head' | 'projection', block: Block) =>
      compile(modelOf(attention({ queryKeyNorm: { norm: block, over } })))
        .prefill.nodes.filter(({ name }) => name === 'layers.0.attention.keyNorm.weight')
        .map(({ type }) => type.axes.map(({ size }) => size));
    expect(shapes('head', norm())).toEqual([[4]]);
    expect(shapes('projection', norm())).toEqual([[8]]);
    expect(shapes('head', layerNorm({ eps: 1e-5, bias: false, perHead: true }))).toEqual([[2, 4]]);
  });

  it('normalises heads before their positions are encoded, or behind', () => {
    const opsOfKeys = (behindPosition: boolean) => {
      const queryKeyNorm = { norm: norm(), over: 'head', behindPosition } as const;
      const { prefill } = compile(modelOf(attention({ queryKeyNorm, position: rope({ theta: 100 }) })));
      const attended = prefill.nodes.find(({ op }) => op === 'attention');
      const keys = nodeAt(prefill, attended?.inputs[1] as number);
      return [keys.op, nodeAt(prefill, keys.inputs[0] as number).op];
    };
    expect(opsOfKeys(false)).toEqual(['rope', 'rmsNorm']);
    expect(opsOfKeys(true)).toEqual(['rmsNorm', 'rope']);
  });

  it.each<[NonNullable<SelfAttentionOptions['queryKeyNorm']> | null, string[]]>([
    [null, ['linear', 'minimum', 'maximum', 'splitHeads']],
    [{ norm: norm(), over: 'projection' }, ['linear', 'rmsNorm', 'minimum', 'maximum', 'splitHeads']],
    [{ norm: norm(), over: 'head' }, ['linear', 'splitHeads', 'rmsNorm', 'minimum', 'maximum']],
  ])('clips queries behind their norm: %j', (queryKeyNorm, ops) => {
    const { prefill } = compile(modelOf(attention({ queryKeyNorm, clip: 2 })));
    const path: string[] = [];
    for (let node = findNode(prefill, 'layers.0.attention.queries'); node !== undefined; ) {
      const [states] = node.inputs;
      path.unshift(node.op);
      node = node.op === 'linear' || states === undefined ? undefined : nodeAt(prefill, states);
    }
    expect(path).toEqual(ops);
  });

  it('caches positions only where its encoding asks for those of the context', () => {
    const outputs = (options: Partial<SelfAttentionOptions>) => [
      ...compile(modelOf(attention(options))).decode.outputs.keys(),
    ];
    expect(outputs({ position: rope({ theta: 100 }) })).not.toContain('cache.tokens.positionIds');
    expect(outputs({ position: alibi({ slopes: [1, 0.5] }) })).toContain('cache.tokens.positionIds');
  });

  it('with biases by distance moves to the positions of merged tokens', () => {
    const model = modelOf(attention({ position: alibi({ slopes: [1, 0.5] }) }));
    const { prefill, decode } = compile(model, { passes: [slerpMerge({ afterLayer: 0 })] });
    for (const graph of [prefill, decode]) {
      const domains = graph.nodes.flatMap((node) =>
        node.op === 'alibiBias' ? [node.type.axes.slice(2).map(({ domain }) => domain)] : [],
      );
      expect(domains).toEqual([
        ['tokens', 'tokens'],
        ['tokens/2@0', 'tokens/2@0'],
      ]);
      expect([...graph.outputs.keys()]).toContain('cache.tokens/2@0.positionIds');
    }
  });

  it('asks for the lengths of rows only where its frequencies depend on them', () => {
    const inputs = (scaling: Parameters<typeof rope>[0]['scaling']) => {
      const model = modelOf(attention({ position: rope({ theta: 100, scaling: scaling ?? null }) }));
      const { prefill } = compile(model, { passes: [slerpMerge({ afterLayer: 0 })] });
      return prefill.nodes.filter(({ name }) => name === 'tokens.lengths').length;
    };
    expect(inputs({ type: 'dynamic', factor: 2, originalMaxPositionEmbeddings: 8 })).toBe(1);
    expect(inputs({ type: 'linear', factor: 2 })).toBe(0);
  });
});

describe('alibiSlopes', () => {
  it.each([
    [1, 8, [2 ** -8]],
    [8, 8, [1, 2, 3, 4, 5, 6, 7, 8].map((i) => 2 ** -i)],
    // Those of 4 heads, then every second one of 8.
    [6, 8, [2 ** -2, 2 ** -4, 2 ** -6, 2 ** -8, 2 ** -1, 2 ** -3]],
    [2, 16, [2 ** -8, 2 ** -16]],
  ])('of %i heads up to %i', (heads, maximum, slopes) => {
    expect(alibiSlopes(heads, maximum)).toEqual(slopes);
  });
});

describe('learned positions', () => {
  it('are looked up before every layer, and stay what they are behind a merge', () => {
    const model = defineModel('learned', () =>
      decoder({
        embed: tokenEmbedding({ vocab: 5, dim: 8, positions: learnedPositions({ count: 16, offset: 2 }) }),
        layers: repeat(2, () => [residual(norm(), attention())]),
        norm: null,
        head: lmHead({ tied: true }),
      }),
    )(undefined);
    const { prefill, decode } = compile(model, { passes: [slerpMerge({ afterLayer: 0 })] });
    for (const graph of [prefill, decode]) {
      const indices = graph.nodes.filter(({ op }) => op === 'positionIndices');
      expect(indices.map(({ type }) => type.axes[1]?.domain)).toEqual(['tokens']);
      const table = graph.nodes.find(({ name }) => name === 'embed.positions.weight');
      expect(table?.type.axes.map(({ size }) => size)).toEqual([8, 18]);
    }
  });
});

describe('mixtureOfExperts', () => {
  it('gives each expert its own weights and routes tokens by their own states', () => {
    const experts = mixtureOfExperts({ experts: 3, active: 2, dim: 12, activation: 'silu' });
    const { prefill } = compile(modelOf(residual(norm(), experts)), {
      passes: [slerpMerge({ afterLayer: 0 })],
    });
    expect(weights(prefill)).toHaveLength(2 + 3 * 3);
    expect(weights(prefill)).toContain('mlp.experts.2.down.weight');
    expect(count(prefill, 'keepTopK')).toBe(2);
    const routed = prefill.nodes
      .filter(({ op }) => op === 'keepTopK')
      .map(({ type }) => type.axes[1]?.domain);
    expect(routed).toEqual(['tokens', 'tokens/2@0']);
  });

  it('adds an expert that every token goes to, behind a gate of one feature', () => {
    const options = { experts: 2, active: 1, dim: 12, activation: 'silu' } as const;
    const { prefill } = compile(modelOf(residual(norm(), mixtureOfExperts({ ...options, sharedDim: 20 }))));
    const shapeOf = (name: string) =>
      findNode(prefill, `layers.0.mlp.${name}.weight`)?.type.axes.map(({ size }) => size);
    expect(shapeOf('sharedExpert.gate')).toEqual([8, 20]);
    expect(shapeOf('sharedExpert.down')).toEqual([20, 8]);
    expect(shapeOf('sharedGate')).toEqual([8, 1]);
    expect(count(prefill, 'sigmoid')).toBe(2);
    const without = compile(modelOf(residual(norm(), mixtureOfExperts(options)))).prefill;
    expect(weights(without).filter((name) => name.includes('shared'))).toEqual([]);
  });

  it('scales the probabilities of the chosen to a sum of 1, or leaves them', () => {
    const sums = (normalised?: boolean) => {
      const experts = mixtureOfExperts({
        experts: 3,
        active: 2,
        dim: 12,
        activation: 'silu',
        ...(normalised !== undefined && { normalised }),
      });
      return count(compile(modelOf(residual(norm(), experts))).prefill, 'sum');
    };
    expect([sums(), sums(true), sums(false)]).toEqual([2, 2, 0]);
  });
});
