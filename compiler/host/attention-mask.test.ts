import { describe, expect, it } from 'vitest';
import { attentionMask, MASKED } from './attention-mask.js';
import type { HostArray } from './host-array.js';

/** One row of tokens by extent; null is padding. */
function stream(tokens: readonly (readonly [number, number] | null)[]): [HostArray, HostArray] {
  return [
    { shape: [1, tokens.length, 2], data: Int32Array.from(tokens.flatMap((token) => token ?? [-1, -1])) },
    {
      shape: [1, tokens.length],
      data: Float32Array.from(tokens, (token) => (token === null ? 0 : token[1] - token[0] + 1)),
    },
  ];
}

/** Rows are queries: `.` for seen, `x` for masked, a number for exp of what is added. */
function drawn(mask: HostArray): string[] {
  const [, , queries = 0, keys = 0] = mask.shape;
  return Array.from({ length: queries }, (_, q) =>
    [...mask.data.slice(q * keys, (q + 1) * keys)]
      .map((value) => (value === MASKED ? 'x' : value === 0 ? '.' : Math.exp(value).toFixed(0)))
      .join(''),
  );
}

const plain = { window: null, proportional: false };

describe('attentionMask', () => {
  it('lets a token see itself and those before it', () => {
    const tokens = stream([
      [0, 0],
      [1, 2],
      [3, 3],
    ]);
    expect(drawn(attentionMask([...tokens, ...tokens], plain))).toEqual(['.xx', '..x', '...']);
  });

  it('adds log(size) where it is proportional', () => {
    const tokens = stream([
      [0, 3],
      [4, 5],
      [6, 6],
    ]);
    const mask = attentionMask([...tokens, ...tokens], { window: null, proportional: true });
    expect(drawn(mask)).toEqual(['4xx', '42x', '42.']);
  });

  it('measures windows between last original positions', () => {
    const tokens = stream([
      [0, 1],
      [2, 3],
      [4, 4],
      [5, 5],
    ]);
    // From 5: 4 is 1 away, 3 is 2 away, 1 is 4 away.
    expect(drawn(attentionMask([...tokens, ...tokens], { window: 3, proportional: false }))).toEqual([
      '.xxx',
      '..xx',
      'x..x',
      'x...',
    ]);
  });

  it('hides padding, which sees nothing itself', () => {
    const tokens = stream([null, [0, 0], [1, 1]]);
    expect(drawn(attentionMask([...tokens, ...tokens], plain))).toEqual(['xxx', 'x.x', 'x..']);
    expect(drawn(attentionMask([...tokens, ...tokens], { window: 9, proportional: true }))).toEqual([
      'xxx',
      'x.x',
      'x..',
    ]);
  });

  it('hides padding between tokens too, as rows of a batch have that go on for unequal lengths', () => {
    const tokens = stream([[0, 0], [1, 1], null, null, [2, 2], null, [3, 3]]);
    expect(drawn(attentionMask([...tokens, ...tokens], { window: 2, proportional: false }))).toEqual([
      '.xxxxxx',
      '..xxxxx',
      'xxxxxxx',
      'xxxxxxx',
      'x.xx.xx',
      'xxxxxxx',
      'xxxx.x.',
    ]);
  });

  it('sees the cached context behind new queries', () => {
    const mask = attentionMask([...stream([[4, 4]]), ...stream([null, [0, 1], [2, 3], [4, 4]])], plain);
    expect(mask.shape).toEqual([1, 1, 1, 4]);
    expect(drawn(mask)).toEqual(['x...']);
  });

  it('keeps the rows of a batch apart', () => {
    const extents = { shape: [2, 2, 2], data: Int32Array.from([0, 0, 1, 1, -1, -1, 0, 0]) };
    const sizes = { shape: [2, 2], data: Float32Array.from([1, 1, 0, 1]) };
    const mask = attentionMask([extents, sizes, extents, sizes], plain);
    expect(mask.shape).toEqual([2, 1, 2, 2]);
    expect([...mask.data].map((value) => (value === 0 ? 1 : 0))).toEqual([1, 0, 1, 1, 0, 0, 0, 1]);
  });
});

it('says how many bytes a mask takes that there is no room for', () => {
  // 160 GB: more than an array can have.
  const tokens = 200_000;
  const extents = { shape: [1, tokens, 2], data: new Float32Array(2 * tokens) };
  const sizes = { shape: [1, tokens], data: new Float32Array(tokens) };
  const mask = () => attentionMask([extents, sizes, extents, sizes], { window: null, proportional: false });
  expect(mask).toThrow(
    expect.objectContaining({
      code: 'run.memory',
      message: expect.stringContaining('[1, 1, 200000, 200000] takes 160000000000 bytes'),
    }),
  );
});
