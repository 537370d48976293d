import { compile } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import {
  add,
  block,
  decoder,
  defineModel,
  linear,
  lmHead,
  repeat,
  rmsNorm,
  type Scope,
  type Tensor,
  tokenEmbedding,
} from './index.js';

/** A model of one layer of the given block. */
function modelOf(apply: Parameters<typeof block>[1]) {
  return defineModel('one', () =>
    decoder({
      embed: tokenEmbedding({ vocab: 5, dim: 4 }),
      layers: repeat(1, () => [block('own', apply)]),
      norm: rmsNorm({ eps: 1e-5 }),
      head: lmHead({ tied: true }),
    }),
  )(undefined);
}

it('refuses a tensor that a block kept from another trace', () => {
  let kept: Tensor | undefined;
  const model = modelOf((x, scope) => {
    kept ??= linear(x, scope.parameter('weight', [4, 4]));
    return linear(kept, scope.parameter('weight', [4, 4]));
  });
  expect(() => compile(model)).toThrow(/at 'layers\.0\.own': a tensor of another trace is used/);
});

it('refuses to rename what others know by its name', () => {
  const renaming = (what: (x: Tensor, scope: Scope) => Tensor) =>
    modelOf((x, scope) => {
      scope.named('mine', what(x, scope));
      return linear(x, scope.parameter('weight', [4, 4]));
    });
  expect(() => compile(renaming((x) => x))).toThrow("the value 'embed.output' can't be renamed");
  expect(() => compile(renaming((_, { tokens }) => tokens.sizes))).toThrow(
    "the input 'tokens.sizes' can't be renamed",
  );
});

it.each([[[4, 0]], [[4, 1.5]], [['4', 4]], ['16']])('refuses a weight of shape %j', (shape) => {
  const model = modelOf((x, scope) => linear(x, scope.parameter('weight', shape as number[])));
  expect(() => compile(model)).toThrow(expect.objectContaining({ code: 'dsl.weight' }));
});

it('refuses one weight in two shapes', () => {
  const model = modelOf((x, scope) => {
    scope.parameter('weight', [4, 8]);
    return linear(x, scope.parameter('weight', [4, 4]));
  });
  expect(() => compile(model)).toThrow(
    "'layers.0.own.weight' is asked for as [4,4], and was as [4,8] before",
  );
});

it('says where a tensor or a block is missing', () => {
  const missing = undefined as unknown as Tensor;
  expect(() => compile(modelOf((x) => add(x, missing)))).toThrow(
    "at 'layers.0.own': undefined stands where a tensor should",
  );
  expect(() => compile(modelOf(() => add(missing, missing)))).toThrow('add: undefined is not a tensor');
  expect(() => compile(modelOf(() => missing))).toThrow("block 'own' gave undefined");
  expect(() =>
    compile(modelOf((x, scope) => scope.apply(null as unknown as ReturnType<typeof block>, x))),
  ).toThrow('null stands where a block should');
});

it.each([undefined, Number.NaN, -3, 1.5])('refuses %s layers', (count) => {
  expect(() => repeat(count as number, () => [])).toThrow(expect.objectContaining({ code: 'dsl.option' }));
});

it('refuses to rename a weight', () => {
  const model = modelOf((x, scope) => linear(x, scope.named('mine', scope.parameter('weight', [4, 4]))));
  expect(() => compile(model)).toThrow(/the weight 'layers\.0\.own\.weight' can't be renamed/);
});
