import { cpuBackend } from '@geodesic/backend-cpu';
import {
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  residual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import { LanguageModel, randomParameters } from '@geodesic/runtime';
import { describe, expect, it } from 'vitest';

const model = defineModel('random', ({ layers }: { layers: number }) =>
  decoder({
    embed: tokenEmbedding({ vocab: 50, dim: 64 }),
    layers: Array.from({ length: layers }, () => [
      residual(
        layerNorm({ eps: 1e-5 }),
        selfAttention({ heads: 4, headDim: 16, position: rope({ theta: 1e4 }), mask: causal(), bias: true }),
      ),
      residual(layerNorm({ eps: 1e-5 }), mlp({ dim: 256, activation: 'relu' })),
    ]),
    norm: layerNorm({ eps: 1e-5 }),
    head: lmHead({ tied: true }),
  }),
);

describe('random parameters', async () => {
  const device = await cpuBackend.open();
  const draw = async (layers: number, options?: { seed: number }) => {
    const parameters = randomParameters(model({ layers }), device, options);
    const read = new Map<string, Float32Array>();
    for (const [name, tensor] of parameters) {
      read.set(name, (await tensor.data()) as Float32Array);
      tensor.dispose();
    }
    return read;
  };

  it('are normal by the inputs of each matrix, and leave norms and biases as they begin', async () => {
    const drawn = await draw(1);
    const names = model({ layers: 1 })
      .trace({ phase: 'prefill', logits: 'last' })
      .nodes.flatMap(({ op, name }) => (op === 'parameter' ? [name] : []));
    expect([...drawn.keys()]).toEqual(names);
    for (const [name, inputs] of [
      ['layers.0.mlp.up.weight', 64],
      ['layers.0.mlp.down.weight', 256],
    ] as const) {
      const data = drawn.get(name) as Float32Array;
      const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
      const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
      expect(Math.abs(mean)).toBeLessThan(0.1 / Math.sqrt(inputs));
      expect(variance * inputs).toBeCloseTo(1, 1);
    }
    expect(new Set(drawn.get('layers.0.attentionNorm.weight'))).toEqual(new Set([1]));
    expect(new Set(drawn.get('layers.0.attentionNorm.bias'))).toEqual(new Set([0]));
    expect(new Set(drawn.get('layers.0.attention.query.bias'))).toEqual(new Set([0]));
  });

  it('depend on the seed and the path alone', async () => {
    const [one, more, other] = [await draw(1), await draw(2), await draw(1, { seed: 1 })];
    for (const [name, data] of one) expect(more.get(name), name).toEqual(data);
    expect(more.get('layers.1.mlp.up.weight')).not.toEqual(more.get('layers.0.mlp.up.weight'));
    expect(other.get('embed.weight')).not.toEqual(one.get('embed.weight'));
  });

  it('are those of a model that runs', async () => {
    const definition = model({ layers: 2 });
    const config = { vocabSize: 50, numHiddenLayers: 2, maxPositionEmbeddings: 64 };
    const parameters = randomParameters(definition, device, { seed: 3 });
    const running = new LanguageModel({ definition, config, device, parameters });
    const session = running.session();
    const { logits } = await session.prefill([[1, 2, 3]]);
    expect(logits.shape).toEqual([1, 50]);
    expect(logits.data.every(Number.isFinite)).toBe(true);
    session.dispose();
    running.dispose();
  });
});
