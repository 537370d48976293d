import { type Device, prepareGraph, type Weight } from '@geodesic/backend';
import { axis, type Graph, GraphBuilder, tensorType, type ValueId } from '@geodesic/compiler';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Operand } from '../lowering/op-case.js';
import { normals } from '../lowering/shapes.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { inputsOf, quantisedMatrix } from './quantised-matrix.js';

/** Sums of some hundred products in another order, and WGSL's coarser exp. */
export const FUSED_TOLERANCE = 5e-6;

/** Operands by name, and what is made of them. */
export interface FusedCase {
  readonly title: string;
  readonly operands: Readonly<Record<string, Operand>>;
  readonly build: (builder: GraphBuilder, ids: Readonly<Record<string, ValueId>>) => readonly ValueId[];
}

const label = (name: string) => ({ name });

/** Three products of x with biases on two, and both sides of a gate, with what stands behind it on top of a residual. */
function buildLayer(builder: GraphBuilder, ids: Readonly<Record<string, ValueId>>): readonly ValueId[] {
  const linear = (name: string, inputs: readonly (ValueId | undefined)[]) =>
    builder.add(
      'linear',
      inputs.filter((id) => id !== undefined),
      {},
      label(name),
    );
  const queries = linear('queries', [ids.x, ids.query, ids.queryBias]);
  const keys = linear('keys', [ids.x, ids.key]);
  const values = linear('values', [ids.x, ids.value, ids.valueBias]);
  const active = builder.add('silu', [linear('gate', [ids.x, ids.gate])], {}, label('active'));
  const gated = builder.add('mul', [active, linear('up', [ids.x, ids.up])], {}, label('gated'));
  const sum = builder.add('add', [ids.residual!, linear('down', [ids.x, ids.down])], {}, label('sum'));
  const hidden = linear('hidden', [ids.x, ids.query, ids.queryBias]);
  const gelu = builder.add('gelu', [hidden], {}, label('gelu'));
  return [queries, keys, values, gated, sum, gelu];
}

/** @param matrix makes a weight of so many inputs and outputs */
function layerCase(
  rows: number,
  [inputs, outputs, keyOutputs]: readonly [number, number, number],
  matrix: (inputs: number, outputs: number) => Operand,
  source: SeededNumbers,
): FusedCase {
  const operands = {
    x: normals([1, rows, inputs], source),
    query: matrix(inputs, outputs),
    queryBias: normals([outputs], source),
    key: matrix(inputs, keyOutputs),
    value: matrix(inputs, keyOutputs),
    valueBias: normals([keyOutputs], source),
    gate: matrix(inputs, outputs),
    up: matrix(inputs, outputs),
    down: matrix(inputs, outputs),
    residual: normals([1, rows, outputs], source),
  };
  return { title: `${inputs}×${outputs}, ${rows} rows`, operands, build: buildLayer };
}

function graphOf({ operands, build }: FusedCase): Graph {
  const builder = new GraphBuilder('fused');
  const ids = Object.fromEntries(
    Object.entries(operands).map(([name, { shape }]) => [
      name,
      builder.leaf(
        'parameter',
        tensorType(
          'f32',
          shape.map((size) => axis(size)),
        ),
        label(`weights.${name}`),
      ),
    ]),
  );
  return builder.finish(new Map(build(builder, ids).map((id, i) => [`result.${i}`, id])));
}

/** What the steps of a case give on a device, in order. */
export async function fusedResults(device: Device, fused: FusedCase): Promise<Float32Array[]> {
  device.activate();
  const weights = new Map<string, Weight>();
  for (const [name, { shape, data, quantised }] of Object.entries(fused.operands)) {
    const packed = quantised === undefined ? undefined : device.packing?.pack(quantised);
    weights.set(`weights.${name}`, packed ?? device.tf.tensor(data, [...shape], 'float32'));
  }
  const runner = prepareGraph(graphOf(fused), device, weights);
  const { device: made } = await runner.run({ inputs: {}, states: new Map() });
  const all: Float32Array[] = [];
  for (const tensor of made.values()) {
    all.push((await (tensor as Tensor).data()) as Float32Array);
    tensor.dispose();
  }
  runner.dispose();
  for (const weight of weights.values()) weight.dispose();
  return all;
}

/** Products of float32 weights [inputs, outputs], with keys and values of `keyOutputs`, for so many rows each. */
export function floatCases(
  sizes: readonly [inputs: number, outputs: number, keyOutputs: number],
  rows: readonly number[],
): FusedCase[] {
  const source = new SeededNumbers(5);
  const matrix = (inputs: number, outputs: number) => normals([inputs, outputs], source);
  return rows.map((count) => layerCase(count, sizes, matrix, source));
}

/** Products of packed weights of a file type. */
export function packedCases(dtype: string, rows: readonly number[]): FusedCase[] {
  const source = new SeededNumbers(9);
  const matrix = (inputs: number, outputs: number) => quantisedMatrix(dtype, [inputs, outputs], source);
  return rows.map((count) => layerCase(count, [inputsOf(dtype, 2), 70, 33], matrix, source));
}
