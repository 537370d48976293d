import { type AnyNode, addDims, GraphBuilder, symbolicDim, tensorType, tokenAxis } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { bindShape } from './bind-shape.js';

const [B, N, P] = ['B', 'N', 'P'].map(symbolicDim) as [
  ReturnType<typeof symbolicDim>,
  ReturnType<typeof symbolicDim>,
  ReturnType<typeof symbolicDim>,
];

function input(...axes: Parameters<typeof tensorType>[1]): AnyNode {
  const builder = new GraphBuilder('test');
  return builder.node(builder.leaf('input', tensorType('f32', axes), { name: 'states' }));
}

it('binds the symbols that a shape is the first to show, and computes with those that are bound', () => {
  const bindings = new Map<string, number>();
  bindShape(input(B, tokenAxis(N, 'tokens'), 4), [2, 5, 4], bindings);
  bindShape(input(B, tokenAxis(P, 'tokens')), [2, 7], bindings);
  bindShape(input(B, tokenAxis(addDims(N, P), 'tokens')), [2, 12], bindings);
  expect(Object.fromEntries(bindings)).toEqual({ B: 2, N: 5, P: 7 });
});

it.each([
  ['another rank', [2, 5]],
  ['another fixed size', [2, 5, 3]],
  ['another size than the symbol is bound to', [3, 5, 4]],
])('refuses %s, naming the value and both shapes', (_, shape) => {
  const bindings = new Map([['B', 2]]);
  expect(() => bindShape(input(B, tokenAxis(N, 'tokens'), 4), shape, bindings)).toThrow(
    expect.objectContaining({
      code: 'run.input',
      message: `'states' (input, unknown source) has shape [${shape}], declared f32[B, N:tokens, 4]`,
    }),
  );
});

it('refuses a sum of which a symbol is not bound yet', () => {
  expect(() => bindShape(input(addDims(N, P)), [3], new Map([['N', 1]]))).toThrow();
});
