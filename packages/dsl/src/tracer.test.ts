import { compile } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import {
  block,
  decoder,
  defineModel,
  linear,
  lmHead,
  repeat,
  rmsNorm,
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

it('refuses to rename a weight', () => {
  const model = modelOf((x, scope) => linear(x, scope.named('mine', scope.parameter('weight', [4, 4]))));
  expect(() => compile(model)).toThrow(/the weight 'layers\.0\.own\.weight' can't be renamed/);
});
