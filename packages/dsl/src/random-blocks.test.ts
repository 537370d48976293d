import {
  compile,
  type Graph,
  parseGraph,
  printGraph,
  type SlerpMergeOptions,
  slerpMerge,
  verify,
} from '@geodesic/compiler';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block } from './block.js';
import { causal } from './causal.js';
import { decoder, repeat } from './decoder.js';
import { defineModel, type Model } from './define-model.js';
import { layerNorm } from './layer-norm.js';
import { lmHead } from './lm-head.js';
import * as ops from './ops.js';
import { project } from './projection.js';
import { rmsNorm } from './rms-norm.js';
import { rope } from './rope.js';
import type { Scope } from './scope.js';
import { selfAttention } from './self-attention.js';
import type { Tensor } from './tensor.js';
import { tokenEmbedding } from './token-embedding.js';

const DIM = 8;

const UNARY = [
  ops.neg,
  ops.exp,
  ops.log,
  ops.sqrt,
  ops.rsqrt,
  ops.tanh,
  ops.sigmoid,
  ops.relu,
  ops.silu,
  ops.gelu,
  ops.geluTanh,
  ops.softmax,
];
const BINARY = [ops.add, ops.sub, ops.mul, ops.div, ops.maximum, ops.minimum];

/** Makes a state of earlier ones; `pick` chooses them by number. */
type Step = (pick: (index: number) => Tensor, scope: Scope, name: string) => Tensor;

const operand = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constantFrom(...UNARY), operand).map(
    ([op, a]): Step =>
      (pick) =>
        op(pick(a)),
  ),
  fc.tuple(fc.constantFrom(...BINARY), operand, operand).map(
    ([op, a, b]): Step =>
      (pick) =>
        op(pick(a), pick(b)),
  ),
  fc.tuple(fc.constantFrom(...BINARY), operand, fc.double()).map(
    ([op, a, value]): Step =>
      (pick) =>
        op(pick(a), value),
  ),
  fc.tuple(operand, fc.boolean()).map(
    ([a, bias]): Step =>
      (pick, scope, name) =>
        project(scope, pick(a), name, DIM, bias),
  ),
  fc.tuple(fc.constantFrom(ops.sum, ops.mean), operand, operand).map(
    ([op, a, b]): Step =>
      (pick) =>
        ops.mul(pick(b), op(pick(a))),
  ),
  fc.tuple(operand, operand, fc.integer({ min: 1, max: DIM - 1 })).map(
    ([a, b, cut]): Step =>
      (pick) =>
        ops.concat(ops.slice(pick(a), 0, cut), ops.slice(pick(b), cut, DIM - cut)),
  ),
  fc.tuple(operand, operand, fc.constantFrom(1, 2, 4)).map(
    ([a, b, heads]): Step =>
      (pick) => {
        const queries = ops.transpose(ops.splitHeads(pick(a), heads), [0, 2, 1, 3]);
        const keys = ops.transpose(ops.splitHeads(pick(b), heads), [0, 2, 1, 3]);
        const scores = ops.softmax(ops.matmul(queries, ops.transpose(keys, [0, 1, 3, 2])));
        return ops.mergeHeads(ops.transpose(ops.matmul(scores, keys), [0, 2, 1, 3]));
      },
  ),
  fc.tuple(operand, fc.constantFrom(null, 3)).map(
    ([a, window]): Step =>
      (pick, scope, name) => {
        const attention = selfAttention({
          heads: 2,
          kvHeads: 1,
          headDim: 4,
          position: rope({ theta: 100, rotaryDim: 2 }),
          mask: causal({ window }),
        });
        return scope.apply({ ...attention, path: name }, pick(a));
      },
  ),
  fc.tuple(operand, fc.constantFrom(rmsNorm({ eps: 1e-6 }), layerNorm({ eps: 1e-6 }))).map(
    ([a, norm]): Step =>
      (pick, scope, name) =>
        scope.apply({ ...norm, path: name }, pick(a)),
  ),
);

interface RandomModel {
  readonly model: Model;
  readonly merges: readonly SlerpMergeOptions[];
}

/** Two or three layers of random steps, and merges behind some of them. */
const randomModel: fc.Arbitrary<RandomModel> = fc
  .array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 3 })
  .chain((layers) =>
    fc.record({
      model: fc.constant(modelOf(layers)),
      merges: fc
        .subarray(layers.map((_, i) => i))
        .map((chosen) => chosen.map((afterLayer): SlerpMergeOptions => ({ afterLayer }))),
    }),
  );

function modelOf(layers: readonly (readonly Step[])[]): Model {
  const build = defineModel('random', (steps: readonly (readonly Step[])[]) =>
    decoder({
      embed: tokenEmbedding({ vocab: 11, dim: DIM }),
      layers: repeat(steps.length, (index) => [
        block('random', (x, scope) => {
          const pool = [x];
          for (const [i, make] of (steps[index] ?? []).entries()) {
            pool.push(make((k) => pool[k % pool.length] as Tensor, scope, `step${i}`));
          }
          // So that no layer is without effect, and every step counts.
          return pool.reduce((sum, state) => ops.add(sum, state), x);
        }),
      ]),
      norm: rmsNorm({ eps: 1e-6 }),
      head: lmHead({ tied: true }),
    }),
  );
  return build(layers);
}

function compiled({ model, merges }: RandomModel): readonly Graph[] {
  const { prefill, decode } = compile(model, { passes: merges.map(slerpMerge), logits: 'all' });
  return [prefill, decode];
}

describe('random models of the primitive ops', () => {
  it('compile, merge, and print as they parse', () => {
    fc.assert(
      fc.property(randomModel, (random) => {
        for (const graph of compiled(random)) {
          verify(graph);
          expect(parseGraph(printGraph(graph))).toEqual(graph);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('leave no value of the tokens before a merge behind it', () => {
    fc.assert(
      fc.property(randomModel, (random) => {
        for (const graph of compiled(random)) {
          for (const { name, type } of graph.nodes) {
            const layer = /^(?:cache\.)?layers\.(\d+)\.(?!merged$)/.exec(name)?.[1];
            if (layer === undefined) continue;
            const expected = random.merges
              .filter(({ afterLayer }) => afterLayer < Number(layer))
              .reduce((domain, { afterLayer }) => `${domain}/2@${afterLayer}`, 'tokens');
            const found = type.axes.flatMap(({ domain }) => domain ?? []);
            expect(new Set(found).size === 0 || found.every((domain) => domain === expected), name).toBe(
              true,
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
