import { expect, it } from 'vitest';
import { relativeDifference } from '../difference.js';
import { describeNode } from './describe-node.js';
import { runOneOpGraph } from './one-op-graph.js';

/** As for every op in a TensorFlow graph. */
const TOLERANCE = 5e-6;

const waves = (count: number, step: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));

function productInFloat64(x: Float32Array, weight: Float32Array, inputs: number, outputs: number): number[] {
  return Array.from({ length: (x.length / inputs) * outputs }, (_, at) => {
    const [row, column] = [Math.floor(at / outputs), at % outputs];
    let sum = 0;
    for (let i = 0; i < inputs; i++) {
      sum += (x[row * inputs + i] as number) * (weight[i * outputs + column] as number);
    }
    return sum;
  });
}

await describeNode('the product with a large weight', (backend) => {
  it.each([
    ['of rows without tokens, whose inputs halve in place', [2], 1024, 272],
    ['of rows without tokens, of an odd number of inputs', [2], 1025, 272],
    ['of rows without tokens, whose outputs are not aligned', [2], 1024, 257],
    ['of a single token', [1, 1], 1024, 272],
    ['of an odd number of tokens in several rows', [3, 5], 1024, 257],
    ['of an even number of tokens', [1, 6], 1025, 272],
  ])('%s is what plain loops in float64 give', async (_, rows, inputs, outputs) => {
    const x = waves(
      rows.reduce((product, size) => product * size, inputs),
      0.37,
    );
    const weight = waves(inputs * outputs, 1.7);
    const operands = [
      { shape: [...rows, inputs], data: x },
      { shape: [inputs, outputs], data: weight },
    ];
    const { data } = await runOneOpGraph(backend.device, 'linear', { operands, attributes: {} });
    const expected = productInFloat64(x, weight, inputs, outputs);
    expect(relativeDifference(data, expected)).toBeLessThanOrEqual(TOLERANCE);
  });
});
