import { describe, expect, it } from 'vitest';
import { GeodesicError } from '../error.js';
import type { ValueId } from './graph.js';
import { GraphBuilder, isLeaf } from './graph-builder.js';
import type { OpAttributes, OpName } from './ops.js';
import { parseType, printType } from './tensor-type.js';

const T = 'tokens';
const M = 'tokens/2@0';
const source = { file: 'models/mine.ts', line: 3, column: 7 };
const plan: OpAttributes['mergePlan'] = {
  keepStart: 0,
  keepEnd: 0,
  minLength: 4,
  pairing: 'consecutive',
  keepEndThreshold: 0,
  domain: M,
  symbol: 'N0',
};

/** Adds one op to leaves of the given types, and gives the type that its rule infers. */
function typed<K extends OpName>(op: K, attributes: OpAttributes[K], types: readonly string[]): string {
  if (isLeaf(op)) throw new RangeError('leaves are not inferred');
  const builder = new GraphBuilder('test');
  const inputs: ValueId[] = types.map((type, i) =>
    builder.leaf('input', parseType(type), { name: `operand${i}` }),
  );
  return printType(
    builder.node(builder.add(op, inputs, attributes as never, { name: 'block.value', source })).type,
  );
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof GeodesicError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('was accepted');
}

interface Mix {
  readonly op: OpName;
  readonly attributes: object;
  /** Operand types; `?` stands for the domain that is right or wrong. */
  readonly operands: readonly string[];
  readonly right: string;
  readonly wrong: string;
  readonly result: string;
  readonly complaint: string;
}

const stream = (domain: string) => [`i32[B, N:${domain}, 2]`, `f32[B, N:${domain}]`];
const heads = (domain: string, count = 2) => `f32[B, N:${domain}, ${count}, 4]`;
const dynamicRope = {
  theta: 100,
  rotaryDim: 4,
  interleaved: false,
  scaling: { type: 'dynamic', factor: 2, originalMaxPositionEmbeddings: 8 },
};
const mixed = `mixes domain 'tokens' with '${M}'`;

/** Every op that has operands of more than one token axis, with one of them in another domain. */
const mixes: readonly Mix[] = [
  ...(['add', 'sub', 'mul', 'div', 'maximum', 'minimum'] as const).map((op) => ({
    op,
    attributes: {},
    operands: [`f32[B, N:${T}, 8]`, 'f32[B, N:?, 8]'],
    right: T,
    wrong: M,
    result: `f32[B, N:${T}, 8]`,
    complaint: mixed,
  })),
  {
    op: 'matmul',
    attributes: {},
    operands: [`f32[B, 4, N:${T}]`, 'f32[B, N:?, 4]'],
    right: T,
    wrong: M,
    result: 'f32[B, 4, 4]',
    complaint: mixed,
  },
  {
    op: 'concat',
    attributes: {},
    operands: ['f32[B, N:?, 8]', `f32[B, N:${T}, 3]`],
    right: T,
    wrong: M,
    result: `f32[B, N:${T}, 11]`,
    complaint: mixed,
  },
  {
    op: 'rope',
    attributes: { interleaved: false },
    operands: [heads(T), 'f32[B, N:?, 1, 4]', 'f32[B, N:?, 1, 4]'],
    right: T,
    wrong: M,
    result: heads(T),
    complaint: mixed,
  },
  {
    op: 'attentionMask',
    attributes: { window: null, proportional: false },
    operands: [...stream(T), ...stream('?')],
    right: T,
    wrong: M,
    result: `f32[B, 1, N:${T}, N:${T}]`,
    complaint: `queries are in domain 'tokens', keys in '${M}'`,
  },
  {
    op: 'attention',
    attributes: { scale: 1, softcap: null },
    operands: [heads(T), heads(T, 1), heads(T, 1), `f32[B, 1, N:${T}, N:?]`],
    right: T,
    wrong: M,
    result: heads(T),
    complaint: `the tokens of keys and mask: ${mixed}`,
  },
  {
    op: 'attention',
    attributes: { scale: 1, softcap: null },
    operands: [heads(T), heads(T, 1), heads(T, 1), `f32[B, 1, N:?, N:${T}]`],
    right: T,
    wrong: M,
    result: heads(T),
    complaint: `the tokens of queries and mask: ${mixed}`,
  },
  {
    op: 'attention',
    attributes: { scale: 1, softcap: null },
    operands: [heads(T), heads(T, 1), heads('?', 1), `f32[B, 1, N:${T}, N:${T}]`],
    right: T,
    wrong: M,
    result: heads(T),
    complaint: `the tokens of keys and values: ${mixed}`,
  },
  {
    op: 'alibiBias',
    attributes: { slopes: [0.5, 0.25, 0.125] },
    operands: [`f32[B, N:${T}]`, 'f32[B, N:?]'],
    right: T,
    wrong: M,
    result: `f32[B, 3, N:${T}, N:${T}]`,
    complaint: `queries are in domain 'tokens', keys in '${M}'`,
  },
  {
    op: 'cacheAppend',
    attributes: {},
    operands: [`f32[B, P:${T}, 2, 4]`, 'f32[B, N:?, 2, 4]'],
    right: T,
    wrong: M,
    result: `f32[B, N+P:${T}, 2, 4]`,
    complaint: `appends domain '${M}' to a cache of 'tokens'`,
  },
  {
    op: 'mergePlan',
    attributes: plan,
    operands: ['i32[B, N:?, 2]', 'f32[B, N:?]'],
    right: T,
    wrong: M,
    result: `i32[B, N0:${M}, 3]`,
    complaint: `can't merge domain '${M}' into '${M}'`,
  },
  {
    op: 'mergeChoice',
    attributes: { ratio: 0.5, threshold: -1, normFactor: null, domain: M, symbol: 'N0' },
    operands: ['i32[B, C0:?, 3]', 'f32[B, C0:?, 2]'],
    right: `${M}?`,
    wrong: M,
    result: `i32[B, N0:${M}, 3]`,
    complaint: `can't choose slots of '${M}' from '${M}'`,
  },
  {
    op: 'eviction',
    attributes: { policy: 'middle', keepStart: 4, domain: M, symbol: 'N0' },
    operands: ['i32[B, C0:?, 3]'],
    right: `${M}?`,
    wrong: M,
    result: `i32[B, N0:${M}, 3]`,
    complaint: `can't evict tokens of '${M}' by a plan of '${M}'`,
  },
  {
    op: 'mergeTail',
    attributes: { keepStart: 4, domain: 'tokens/tail@0', symbol: 'T0' },
    operands: ['i32[B, N:?, 2]', 'f32[B, N:?]', `i32[B, N0:${M}, 3]`],
    right: T,
    wrong: M,
    result: 'i32[B, T0:tokens/tail@0, 3]',
    complaint: `the plan of '${M}' merges no tokens of '${M}'`,
  },
  {
    op: 'settledSlots',
    attributes: { domain: `${M}/settled`, symbol: 'S0' },
    operands: ['f32[B, P0:?]', 'f32[B, N:tokens]'],
    right: M,
    wrong: T,
    result: `i32[B, S0:${M}/settled, 3]`,
    complaint: `can't take slots of '${M}/settled' from 'tokens'`,
  },
  {
    op: 'tailSlots',
    attributes: { domain: `${M}/unsettled`, symbol: 'N' },
    operands: ['f32[B, P0:?]', 'f32[B, N:tokens]'],
    right: M,
    wrong: T,
    result: `i32[B, N:${M}/unsettled, 3]`,
    complaint: `can't take slots of '${M}/unsettled' from 'tokens'`,
  },
  {
    op: 'mergedProtection',
    attributes: {},
    operands: ['i32[B, N:?]', `i32[B, N0:${M}, 3]`],
    right: T,
    wrong: M,
    result: `i32[B, N0:${M}]`,
    complaint: `the plan merges domain 'tokens', x is in '${M}'`,
  },
  {
    op: 'mergedSizes',
    attributes: {},
    operands: ['f32[B, N:?]', `i32[B, N0:${M}, 3]`],
    right: T,
    wrong: M,
    result: `f32[B, N0:${M}]`,
    complaint: `the plan merges domain 'tokens', x is in '${M}'`,
  },
  {
    op: 'mergedExtents',
    attributes: {},
    operands: ['i32[B, N:?, 2]', `i32[B, N0:${M}, 3]`],
    right: T,
    wrong: M,
    result: `i32[B, N0:${M}, 2]`,
    complaint: `the plan merges domain 'tokens', x is in '${M}'`,
  },
  {
    op: 'tokenMerge',
    attributes: { interpolation: 'slerp' },
    operands: ['f32[B, N:?, 8]', `i32[B, N0:${M}, 3]`],
    right: T,
    wrong: M,
    result: `f32[B, N0:${M}, 8]`,
    complaint: `the plan merges domain 'tokens', x is in '${M}'`,
  },
  {
    op: 'mergeStatistics',
    attributes: {},
    operands: ['f32[B, N:?, 8]', `i32[B, N0:${M}, 3]`],
    right: T,
    wrong: M,
    result: `f32[B, N0:${M}, 2]`,
    complaint: `the plan merges domain 'tokens', x is in '${M}'`,
  },
  {
    op: 'mergedPositions',
    attributes: { strategy: 'midpoint' },
    operands: [`f32[B, N:${T}]`, `i32[B, N0:${M}, 3]`, 'i32[B, N0:?, 2]', 'f32[B, N0:?]'],
    right: M,
    wrong: T,
    result: `f32[B, N0:${M}]`,
    complaint: `mixes domain '${M}' with 'tokens'`,
  },
  {
    op: 'targets',
    attributes: {},
    operands: [`i32[B, N:${T}, 2]`, 'f32[B, N:?]'],
    right: T,
    wrong: M,
    result: `i32[B, N:${T}]`,
    complaint: mixed,
  },
];

describe('type rules and token domains', () => {
  it.each(mixes)('$op infers $result', ({ op, attributes, operands, right, result }) => {
    const types = operands.map((type) => type.replace('?', right));
    expect(typed(op, attributes as never, types)).toBe(result);
  });

  it.each(mixes)('$op refuses: $complaint', ({ op, attributes, operands, wrong, complaint }) => {
    const types = operands.map((type) => type.replace('?', wrong));
    const message = refusal(() => typed(op, attributes as never, types));
    expect(message).toContain(`ir.type: 'block.value' (${op}, models/mine.ts:3:7): `);
    expect(message).toContain(complaint);
  });

  it('a token axis of size 1 is not stretched', () => {
    expect(refusal(() => typed('add', {}, ['f32[B, N:tokens, 8]', 'f32[B, 1:tokens, 8]']))).toContain(
      'N is not 1',
    );
    expect(typed('add', {}, ['f32[B, N:tokens, 8]', 'f32[B, 1, 8]'])).toBe('f32[B, N:tokens, 8]');
  });

  it.each([
    ['slice', { start: 0, size: 1 }],
    ['sum', {}],
    ['mean', {}],
    ['concat', {}],
  ] as const)('%s along the tokens is refused', (op, attributes) => {
    expect(refusal(() => typed(op, attributes, ['f32[B, 8, N:tokens]']))).toContain(
      'the token axis of domain',
    );
  });

  it.each([
    ['linear', {}, ['f32[B, N:tokens, 8]', 'f32[9, 4]'], 'the input features: 8 is not 9'],
    ['linear', {}, ['f32[B, N:tokens, 8]', 'f32[8, 4]', 'f32[5]'], 'the bias: 5 is not 4'],
    ['rmsNorm', { eps: 1e-5 }, ['f32[B, N:tokens, 8]', 'f32[4]'], 'the weight: 8 is not 4'],
    ['embedding', {}, ['f32[B, N:tokens]', 'f32[8, 11]'], 'needs i32 ids'],
    ['splitHeads', { heads: 3 }, ['f32[B, N:tokens, 8]'], "can't split 8 features into 3 heads"],
    ['slice', { start: 6, size: 3 }, ['f32[B, 8]'], 'takes [6, 9) of an axis of 8'],
    ['transpose', { permutation: [0, 0] }, ['f32[B, 8]'], '[0,0] is not a permutation of 2 axes'],
    ['exp', {}, ['i32[B, 8]'], 'needs f32, got i32[B, 8]'],
    ['add', {}, ['f32[B, 8]'], "operand 'right' is missing"],
    [
      'rotaryCos',
      { theta: 1e4, rotaryDim: 3, scaling: null },
      ['f32[B, N:tokens]'],
      'an even rotary dim, not 3',
    ],
    [
      'attention',
      { scale: 1, softcap: null },
      [heads(T, 3), heads(T), heads(T), `f32[B, 1, N:${T}, N:${T}]`],
      "3 heads can't share 2 key-value heads evenly",
    ],
    [
      'attention',
      { scale: 1, softcap: null },
      [heads(T, 4), heads(T), heads(T), `f32[B, 3, N:${T}, N:${T}]`],
      'the mask is for 3 heads of 4',
    ],
    ['keepTopK', { count: 5 }, [`f32[B, N:${T}, 4]`], 'keeps 5 of an axis of 4'],
    ['keepTopK', { count: 0 }, [`f32[B, N:${T}, 4]`], 'keeps 0 of an axis of 4'],
    [
      'positionIndices',
      { offset: 0.5, count: 4 },
      [`f32[B, N:${T}]`],
      'needs a whole offset of at least 0, not 0.5',
    ],
    [
      'positionIndices',
      { offset: -2, count: 4 },
      [`f32[B, N:${T}]`],
      'needs a whole offset of at least 0, not -2',
    ],
    ['positionIndices', { offset: 0, count: 0 }, [`f32[B, N:${T}]`], 'needs a whole count above 0, not 0'],
    [
      'alibiBias',
      { slopes: [0.5, Number.NaN] },
      [`f32[B, N:${T}]`, `f32[B, N:${T}]`],
      'needs one finite slope',
    ],
    ['attention', { scale: Number.NaN, softcap: null }, [], 'needs a finite scale, not NaN'],
    ['attention', { scale: 1, softcap: 0 }, [], 'needs a positive soft cap, not 0'],
    ['rotaryCos', { ...dynamicRope, theta: 0 }, [`f32[B, N:${T}]`], 'needs a positive theta, not 0'],
    ...(
      [
        [{ type: 'linear', factor: 0 }, 'needs a positive factor, not 0'],
        [{ type: 'linear' }, 'needs a positive factor, not undefined'],
        [{ type: 'spiral' }, "knows no scaling 'spiral'"],
        [{ type: 'dynamic', factor: 2 }, 'needs a positive originalMaxPositionEmbeddings, not undefined'],
        [
          { type: 'yarn', factor: 2, originalMaxPositionEmbeddings: 8, betaFast: 32, betaSlow: 1 },
          'needs a positive attentionFactor, not undefined',
        ],
        [
          { type: 'llama3', factor: 2, lowFreqFactor: 1, highFreqFactor: 4 },
          'needs a positive originalMaxPositionEmbeddings, not undefined',
        ],
        [
          { type: 'longrope', originalMaxPositionEmbeddings: 8, attentionFactor: 1 },
          'needs 2 positive shortFactors, not [undefined]',
        ],
        [{ type: 'factors' }, 'needs 2 positive factors, not [undefined]'],
        [{ type: 'factors', factors: [1] }, 'needs 2 positive factors, not [1]'],
        [{ type: 'factors', factors: [1, 0] }, 'needs 2 positive factors, not [1,0]'],
        [{ ...dynamicRope.scaling, factor: -1 }, 'needs a positive factor, not -1'],
        [
          {
            type: 'llama3',
            factor: 2,
            lowFreqFactor: 4,
            highFreqFactor: 4,
            originalMaxPositionEmbeddings: 8,
          },
          'needs lowFreqFactor below highFreqFactor',
        ],
        [
          {
            type: 'longrope',
            shortFactors: [1, 1],
            longFactors: [1],
            originalMaxPositionEmbeddings: 8,
            attentionFactor: 1,
          },
          'needs 2 positive longFactors, not [1]',
        ],
      ] as const
    ).map(
      ([scaling, complaint]) =>
        ['rotarySin', { ...dynamicRope, scaling }, [`f32[B, N:${T}]`], complaint] as const,
    ),
    ['rotaryCos', dynamicRope, [`f32[B, N:${T}]`], 'lengths'],
    ['rotarySin', dynamicRope, [`f32[B, N:${T}]`, 'i32[C]'], 'the rows of lengths'],
    ['layerNorm', { eps: 1 }, [heads(T), 'f32[3, 4]'], 'the weight'],
    ['layerNorm', { eps: 1 }, [heads(T), 'f32[4]', 'f32[2, 3]'], 'the bias'],
    ['layerNorm', { eps: 1 }, [heads(T), 'f32[1, 2, 4]'], 'needs a weight of one or two axes'],
    ['rmsNorm', {}, [heads(T), 'f32[4]'], 'needs a finite eps of at least 0, not undefined'],
    ['rmsNorm', { eps: -1 }, [heads(T), 'f32[4]'], 'needs a finite eps of at least 0, not -1'],
    ['layerNorm', { eps: Number.NaN }, [heads(T), 'f32[4]'], 'needs a finite eps of at least 0, not NaN'],
    ...[0, -4, 2.5, Number.NaN, '4'].map(
      (window) =>
        [
          'attentionMask',
          { window, proportional: false },
          [...stream(T), ...stream(T)],
          `needs a window of a whole number of tokens above 0, or null, not ${window}`,
        ] as const,
    ),
    ['splitHeads', { heads: -2 }, [`f32[B, N:${T}, 4]`], 'needs a whole number of heads above 0, not -2'],
    ['splitHeads', { heads: 0.5 }, [`f32[B, N:${T}, 4]`], 'needs a whole number of heads above 0, not 0.5'],
    [
      'cacheAppend',
      {},
      [`f32[B, 2, P:${T}, 4]`, `f32[B, 2, N:${T}, 4]`],
      'the tokens of a cache must be axis 1',
    ],
    ['alibiBias', {}, [], 'its attributes are not those of alibiBias'],
    ['constant', {}, [], 'needs a number, not undefined'],
    ['exp', {}, ['f32[B, 8]', 'f32[B, 8]'], 'has 2 operands, of which it reads 1'],
    ['rmsNorm', { eps: 1 }, ['f32[B, 8]', 'f32[8]', 'f32[8]'], 'has 3 operands, of which it reads 2'],
    ['slice', { start: 0, size: 2.5 }, ['f32[B, 8]'], 'takes 2.5 from 0 on'],
    ['slice', { start: 0.5, size: 2 }, ['f32[B, 8]'], 'takes 2 from 0.5 on'],
    ['slice', { start: '1', size: 2 }, ['f32[B, 8]'], 'takes 2 from 1 on'],
    ['rope', { interleaved: 'false' }, [], 'needs true or false for interleaved, not false'],
    [
      'rotaryCos',
      { ...dynamicRope, interleaved: undefined },
      [`f32[B, N:${T}]`],
      'true or false for interleaved',
    ],
    ['attentionMask', { window: 1, proportional: 1 }, [], 'needs true or false for proportional, not 1'],
    ['mergePlan', { ...plan, keepStart: -1 }, stream(T), 'needs a whole keepStart of at least 0, not -1'],
    ['mergePlan', { ...plan, minLength: undefined }, stream(T), 'needs a whole minLength'],
    ['mergePlan', { ...plan, group: 5 }, stream(T), "knows no group '5'; there are 2, 3, 4"],
    ['mergePlan', { ...plan, pairing: 'any' }, stream(T), "knows no pairing 'any'"],
    ['mergeChoice', { ratio: 0, threshold: -1, normFactor: null }, [], 'needs a ratio above 0'],
    ['mergeChoice', { ratio: 1, threshold: 2, normFactor: null }, [], 'needs a threshold from -1 to 1'],
    ['mergeChoice', { ratio: 1, threshold: 0, normFactor: -1 }, [], 'needs a positive normFactor'],
    ['mergeTail', { keepStart: 1.5 }, [], 'needs a whole keepStart'],
    ['tokenMerge', { interpolation: 'slrp' }, [], "knows no interpolation 'slrp'; there are slerp"],
    ['mergedPositions', { strategy: 'middle' }, [], "knows no strategy 'middle'"],
    ['lastToken', {}, ['f32[B, 4, 8]'], 'axis 1 is not a token axis'],
    ['enterDomain', { domain: M }, [`f32[B, N:${T}, N:${T}]`], 'needs exactly one token axis'],
  ] as const)('%s %j of %j is refused: %s', (op, attributes, types, complaint) => {
    expect(refusal(() => typed(op, attributes as never, types))).toContain(complaint);
  });
});
