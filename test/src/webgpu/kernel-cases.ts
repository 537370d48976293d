import { type Interpolation, MASKED } from '@geodesic/compiler';
import type { Operand } from '../lowering/op-case.js';
import { drawn, normals } from '../lowering/shapes.js';
import { SeededNumbers } from '../seeded-numbers.js';
import { type KernelCase, kernelCase, TOLERANCE } from './kernel-case.js';
import { packedLookupCases, packedProductCases } from './packed-cases.js';

const source = new SeededNumbers(2024);

/** Widths around tiles, vectors and workgroups, at magnitudes whose squares vanish and grow large. */
function normCases(): KernelCase[] {
  const shapes = [
    [1, 1, 1],
    [1, 1, 576],
    [2, 67, 193],
    [3, 5, 7, 64],
    [1, 300, 4],
    [1, 2, 4097],
  ];
  const many = normals([1, 66_000, 4], source);
  const manyRows = kernelCase(
    'more rows than a dispatch has workgroups along one side',
    'rmsNorm',
    [many, normals([4], source)],
    { eps: 1e-5 },
  );
  const cases = shapes.flatMap((shape) =>
    [1e-20, 1, 1e15].flatMap((scale) => {
      const x = normals(shape, source, scale);
      const weight = normals(shape.slice(-1), source);
      const perHead = shape.length === 4 ? normals(shape.slice(-2), source) : weight;
      const title = `[${shape}] of magnitude ${scale}`;
      return [
        kernelCase(title, 'rmsNorm', [x, weight], { eps: 1e-5 }),
        kernelCase(title, 'layerNorm', [x, perHead, normals(perHead.shape, source)], { eps: 1e-5 }),
        kernelCase(`${title}, no bias`, 'layerNorm', [x, perHead], { eps: 1e-5 }),
      ];
    }),
  );
  return [manyRows, ...cases];
}

function ropeCases(): KernelCase[] {
  const sizes = [
    [1, 1, 1, 2, 2],
    [2, 13, 3, 8, 8],
    [1, 257, 9, 64, 64],
    [2, 5, 1, 37, 10],
    [1, 7, 2, 96, 24],
    [1, 3, 2, 64, 4],
  ] as const;
  return sizes.flatMap(([rows, tokens, heads, dim, rotary]) =>
    [true, false].map((interleaved) =>
      kernelCase(
        `${rows} × ${tokens} × ${heads} heads of ${dim}, ${rotary} turning, ${interleaved ? 'interleaved' : 'halves'}`,
        'rope',
        [
          normals([rows, tokens, heads, dim], source, 1e3),
          normals([rows, tokens, 1, rotary], source),
          normals([rows, tokens, 1, rotary], source),
        ],
        { interleaved },
      ),
    ),
  );
}

/** Rows, queries, keys, heads, key-value heads, head size, value size. */
const ATTENDED = [
  [1, 1, 1, 1, 1, 1, 1],
  [1, 1, 4099, 3, 1, 64, 64],
  [2, 1, 67, 4, 4, 37, 37],
  [1, 2, 9, 8, 2, 128, 128],
  [1, 129, 131, 9, 3, 64, 64],
  [2, 11, 7, 5, 1, 8, 12],
  [1, 65, 4103, 2, 1, 16, 16],
  [1, 10, 33, 2, 1, 256, 256],
  [1, 1, 20, 2, 1, 512, 512],
  [1, 9, 20, 1, 1, 520, 520],
] as const;

function attentionCases(): KernelCase[] {
  return ATTENDED.flatMap(([rows, queries, keys, heads, keyValueHeads, dim, valueDim], i) => {
    const operands = (scale: number, values: readonly number[], maskHeads: number) => [
      normals([rows, queries, heads, dim], source, scale),
      normals([rows, keys, keyValueHeads, dim], source),
      normals([rows, keys, keyValueHeads, valueDim], source),
      drawn([rows, maskHeads, queries, keys], source, values),
    ];
    const title = `${rows} × ${queries} queries, ${keys} keys, ${heads}/${keyValueHeads} heads of ${dim}`;
    const softcap = i % 2 === 0 ? null : 3;
    const attributes = { scale: dim ** -0.5, softcap };
    return [
      kernelCase(title, 'attention', operands(1, [0, 0, Math.log(2), MASKED], 1), attributes),
      kernelCase(`${title}, a mask a head`, 'attention', operands(1, [0, MASKED], heads), attributes),
      kernelCase(`${title}, nothing seen`, 'attention', operands(1, [MASKED], 1), attributes),
      // A score of some hundred has an error of 1e-5 from its sum alone, and so has what it is the exponent of.
      kernelCase(`${title}, large scores`, 'attention', operands(300, [0], 1), attributes, 5e-4),
    ];
  });
}

/** Rows, inputs, outputs. */
const PRODUCTS = [
  [1, 1, 1],
  [1, 576, 192],
  [1, 1531, 577],
  [3, 67, 130],
  [4, 64, 64],
  [5, 33, 20],
  [64, 16, 64],
  [67, 129, 131],
  [130, 50, 252],
] as const;

function linearCases(): KernelCase[] {
  return PRODUCTS.flatMap(([rows, inputs, outputs]) =>
    [1e-15, 1, 1e15].map((scale) => {
      const x = normals([1, rows, inputs], source, scale);
      const weight = normals([inputs, outputs], source);
      const bias = scale === 1 ? [normals([outputs], source)] : [];
      return kernelCase(
        `${rows} × ${inputs} × ${outputs} of magnitude ${scale}`,
        'linear',
        [x, weight, ...bias],
        {},
      );
    }),
  );
}

function lookupCases(): KernelCase[] {
  const ids = (count: number, below: number) => Int32Array.from(source.integers(count, below));
  return [
    kernelCase(
      'one of one',
      'embedding',
      [{ shape: [1, 1], data: ids(1, 1) }, normals([1, 1], source)],
      {},
      0,
    ),
    kernelCase(
      '2 × 67 of 1009',
      'embedding',
      [{ shape: [2, 67], data: ids(134, 1009) }, normals([131, 1009], source)],
      {},
      0,
    ),
    ...[
      [1, 1, 1, 5],
      [1, 128, 1, 192],
      [3, 5, 7, 13],
      [2, 1, 300, 8],
    ].map(([rows, past, added, inner]) =>
      kernelCase(
        `${rows} × (${past} + ${added}) × ${inner}`,
        'cacheAppend',
        [past, added].map((tokens) => ({
          ...normals([rows!, tokens!, 1, inner!], source),
          domains: { 1: 'tokens' },
        })),
        {},
        0,
      ),
    ),
  ];
}

function activationCases(): KernelCase[] {
  const many = kernelCase(
    'more invocations than fit one side of a dispatch',
    'silu',
    [normals([1, 65_536 * 64 + 1], source)],
    {},
  );
  const cases = (['silu', 'gelu', 'geluTanh'] as const).flatMap((op) =>
    [1e-20, 1, 1e3, 1e30].map((scale) =>
      kernelCase(`of magnitude ${scale}`, op, [normals([3, 67], source, scale)], {}),
    ),
  );
  return [many, ...cases];
}

const INTERPOLATIONS: readonly Interpolation[] = ['slerp', 'mean', 'norm-preserving', 'drop', 'reference'];

/** Rows of groups, singles of either side and empty slots; one row has padding alone. */
function mergeCases(): KernelCase[] {
  const sizes = [
    [1, 1, 1, 2],
    [2, 2, 64, 2],
    [3, 41, 67, 2],
    [2, 66, 576, 2],
    [1, 300, 9, 2],
    [3, 21, 67, 3],
    [2, 12, 64, 4],
  ] as const;
  return sizes.flatMap(([rows, tokens, features, group]) =>
    [1e-25, 1, 1e25].flatMap((scale) => {
      const operands = [
        { ...normals([rows, tokens, features], source, scale), domains: { 1: 'tokens' } },
        plan(rows, tokens, group),
      ];
      const title = `${rows} × ${tokens} × ${features} of magnitude ${scale} in groups of ${group}`;
      const interpolations = INTERPOLATIONS.filter((name) => group === 2 || name !== 'reference');
      return [
        ...interpolations.map((interpolation) =>
          // Where few features make opposite pairs, slerp magnifies the rounding of 1 + cos.
          kernelCase(
            `${interpolation}, ${title}`,
            'tokenMerge',
            operands,
            { interpolation },
            features < 64 ? 1e-4 : TOLERANCE,
          ),
        ),
        kernelCase(title, 'mergeStatistics', operands, {}),
      ];
    }),
  );
}

function plan(rows: number, tokens: number, group: number): Operand {
  const none = new Array(group - 1).fill(-1);
  const slots = Array.from({ length: rows * tokens }, (_, i) => {
    const [row, slot] = [Math.floor(i / tokens), i % tokens];
    if (row === 2 || slot % 7 === 6) return [...none, -1, 0];
    if (slot % 7 === 5 || tokens === 1) return [slot, ...none, 0];
    if (slot % 7 === 4) return [...none, slot, 1];
    return [...new Array(group).keys()].map((i) => (slot + i) % tokens).concat(1);
  });
  return {
    shape: [rows, tokens, group + 1],
    data: Int32Array.from(slots.flat()),
    domains: { 1: `tokens/${group}@0` },
  };
}

/** Cases of each kind of kernel, made when they are asked for. */
export const kernelCases: Readonly<Record<string, () => KernelCase[]>> = {
  norms: normCases,
  rope: ropeCases,
  attention: attentionCases,
  merges: mergeCases,
  products: linearCases,
  'packed products': packedProductCases,
  'packed lookups': packedLookupCases,
  'lookups and caches': lookupCases,
  activations: activationCases,
};
