import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  dependsOnLength,
  evaluateHostNode,
  GraphBuilder,
  nodeAt,
  parseType,
  type RotaryFrequencies,
} from '@geodesic/compiler';
import { modelFromHuggingFace } from '@geodesic/models';
import { describe, expect, it } from 'vitest';
import { goldensFolder, readTensors } from './golden-tensors.js';

interface Case {
  readonly name: string;
  readonly ropeParameters: { readonly rope_theta: number };
  readonly headDim: number;
  readonly maxPositionEmbeddings: number;
}

const folder = join(goldensFolder, 'rope');
const manifest = JSON.parse(readFileSync(join(folder, 'rope.json'), 'utf8')) as {
  readonly positions: readonly number[];
  readonly cases: readonly Case[];
};
const tensors = readTensors(join(folder, 'rope.safetensors'));
const { cases } = manifest;

/** The attributes of a golden's RoPE, read as any config's are. */
function attributesOf({ ropeParameters, headDim, maxPositionEmbeddings }: Case): RotaryFrequencies {
  const { config } = modelFromHuggingFace({
    model_type: 'llama',
    vocab_size: 1,
    hidden_size: headDim,
    intermediate_size: 1,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    rms_norm_eps: 1e-6,
    max_position_embeddings: maxPositionEmbeddings,
    rope_parameters: ropeParameters,
  });
  const { ropeTheta, ropeScaling } = config as unknown as {
    ropeTheta: number;
    ropeScaling: RotaryFrequencies['scaling'];
  };
  return { theta: ropeTheta, rotaryDim: headDim, scaling: ropeScaling, interleaved: false };
}

function table(op: 'rotaryCos' | 'rotarySin', attributes: RotaryFrequencies, positions: readonly number[]) {
  const builder = new GraphBuilder('rope');
  const ids = builder.leaf('input', parseType('f32[B, N:tokens]'), { name: 'positionIds' });
  const lengths = builder.leaf('input', parseType('i32[B]'), { name: 'lengths' });
  const operands = dependsOnLength(attributes.scaling) ? [ids, lengths] : [ids];
  const id = builder.add(op, operands, attributes, { name: 'table' });
  const positionIds = { shape: [1, positions.length], data: Float32Array.from(positions) };
  return evaluateHostNode(nodeAt(builder.finish(new Map()), id), [
    positionIds,
    { shape: [1], data: Int32Array.of(Math.ceil(Math.max(...positions)) + 1) },
  ]);
}

describe('rotary tables against Hugging Face', () => {
  it('cover the scalings that configs may ask for', () => {
    expect(cases.map(({ name }) => name)).toEqual([
      'default',
      'linear',
      'llama3',
      'yarn',
      'yarn-attention-factor',
      'longrope',
    ]);
  });

  it.each(cases)('$name', (one) => {
    const attributes = attributesOf(one);
    const half = one.headDim / 2;
    const cos = table('rotaryCos', attributes, manifest.positions);
    const sin = table('rotarySin', attributes, manifest.positions);
    expect(cos.shape).toEqual([1, manifest.positions.length, 1, one.headDim]);
    const expectedCos = tensors(`${one.name}/cos`);
    const expectedSin = tensors(`${one.name}/sin`);
    expect(expectedCos).toHaveLength(cos.data.length);
    // An angle of 100 radians is known to 8e-6 in float32.
    cos.data.forEach((value, i) => {
      expect(Math.abs(value - (expectedCos[i] as number)), `cos ${i}`).toBeLessThan(1e-5);
    });
    sin.data.forEach((value, i) => {
      const signed = i % one.headDim < half ? -value : value;
      expect(Math.abs(signed - (expectedSin[i] as number)), `sin ${i}`).toBeLessThan(1e-5);
    });
  });

  it.each(cases)('$name, inverse frequencies', (one) => {
    const expected = tensors(`${one.name}/inverseFrequencies`);
    const half = one.headDim / 2;
    // At position 1 the angle is the inverse frequency itself; it lies in the first quadrant.
    const [cos, sin] = [
      table('rotaryCos', attributesOf(one), [1]),
      table('rotarySin', attributesOf(one), [1]),
    ];
    for (let i = 0; i < half; i++) {
      const angle = Math.atan2(sin.data[half + i] as number, cos.data[half + i] as number);
      expect(angle / (expected[i] as number), `frequency ${i}`).toBeCloseTo(1, 6);
    }
  });
});
