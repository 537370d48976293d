import { describe, expect, it } from 'vitest';
import type { AnyNode } from '../ir/graph.js';
import type { OpName } from '../ir/ops.js';
import { costOf } from './op-cost.js';

const cost = (op: OpName, inputs: number[][], output: number[], attributes: object = {}) =>
  costOf({ op, attributes } as AnyNode, { inputs, output });

describe('costs of ops, computed by hand', () => {
  it.each([
    // 2·m·n·k; 6 + 12 elements read, 8 written.
    [
      'matmul',
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
      48,
      26,
    ],
    [
      'matmul',
      [
        [5, 2, 3],
        [5, 3, 4],
      ],
      [5, 2, 4],
      240,
      130,
    ],
    // [1, 7, 6] · [6, 10] (+ [10]).
    [
      'linear',
      [
        [1, 7, 6],
        [6, 10],
      ],
      [1, 7, 10],
      840,
      172,
    ],
    ['linear', [[1, 7, 6], [6, 10], [10]], [1, 7, 10], 910, 182],
    // 7 ids, 7 vectors of the table read, 7 written.
    [
      'embedding',
      [
        [1, 7],
        [8, 1000],
      ],
      [1, 7, 8],
      0,
      119,
    ],
    ['add', [[1, 7, 8], []], [1, 7, 8], 56, 113],
    [
      'add',
      [
        [1, 7, 8],
        [1, 7, 8],
      ],
      [1, 7, 8],
      56,
      168,
    ],
    ['exp', [[7]], [7], 7, 14],
    ['sum', [[3, 8]], [3, 1], 24, 27],
    ['slice', [[3, 8]], [3, 2], 0, 12],
    [
      'concat',
      [
        [3, 8],
        [3, 2],
      ],
      [3, 10],
      0,
      60,
    ],
    ['transpose', [[3, 8]], [8, 3], 0, 48],
    [
      'cacheAppend',
      [
        [1, 2, 5, 4],
        [1, 2, 1, 4],
      ],
      [1, 2, 6, 4],
      0,
      96,
    ],
    ['lastToken', [[2, 100, 8]], [2, 8], 0, 32],
    ['enterDomain', [[2, 100, 8]], [2, 100, 8], 0, 0],
    ['parameter', [], [100], 0, 0],
    // 4 of 6 features of 2 heads × 5 tokens turn: 3 each. Read 60 + 2·20, written 60.
    [
      'rope',
      [
        [1, 5, 2, 6],
        [1, 5, 1, 4],
        [1, 5, 1, 4],
      ],
      [1, 5, 2, 6],
      120,
      160,
    ],
  ] as const)('%s of %j', (op, inputs, output, flops, elements) => {
    const shapes = inputs.map((shape) => [...shape]);
    expect(cost(op, shapes, [...output])).toEqual({ flops, bytes: 4 * elements });
  });

  it('attention counts q·kᵀ and p·v over the pairs that a causal mask leaves', () => {
    const [queries, keys, values, mask] = [
      [1, 3, 4, 8],
      [1, 5, 2, 8],
      [1, 5, 2, 6],
      [1, 1, 3, 5],
    ];
    // Of 3 queries that are the last of 5 keys, the first sees 3 keys.
    const scores = 4 * (3 + 4 + 5);
    const products = scores * 2 * 8 + scores * 2 * 6;
    // And of each score: the scale, the mask, and 5 for the softmax.
    const of = (softcap: number | null) =>
      cost('attention', [queries, keys, values, mask] as number[][], [1, 3, 4, 6], { softcap });
    const bytes = 4 * (96 + 80 + 60 + 15 + 72);
    expect(of(null)).toEqual({ flops: products + 7 * scores, bytes });
    // A soft cap takes a quotient, a tanh and a product more.
    expect(of(2)).toEqual({ flops: products + 10 * scores, bytes });
  });

  it('merging costs by its interpolation', () => {
    const merge = (interpolation: string) =>
      cost(
        'tokenMerge',
        [
          [1, 10, 8],
          [1, 5, 3],
        ],
        [1, 5, 8],
        { interpolation },
      );
    const [states, groups] = [
      [1, 20, 8],
      [1, 5, 5],
    ];
    // Of four members: six dot products, four norms, four products with the weight and three sums.
    const four = (op: 'tokenMerge' | 'mergeStatistics', output: number[], interpolation = 'slerp') =>
      cost(op, [states, groups] as number[][], output, { interpolation }).flops;
    expect(four('tokenMerge', [1, 5, 8])).toBe((6 * 2 + 4 * 2 + 4 + 3) * 40);
    expect(four('tokenMerge', [1, 5, 8], 'mean')).toBe(4 * 40);
    expect(four('mergeStatistics', [1, 5, 2])).toBe((6 * 2 + 4 * 2) * 40);
    expect(merge('drop')).toEqual({ flops: 0, bytes: 4 * (80 + 15 + 40) });
    expect(merge('mean').flops).toBe(2 * 40);
    expect(merge('slerp').flops).toBe(9 * 40);
    expect(
      cost(
        'mergeStatistics',
        [
          [1, 10, 8],
          [1, 5, 3],
        ],
        [1, 5, 2],
      ).flops,
    ).toBe(5 * 3 * 2 * 8);
  });
});
