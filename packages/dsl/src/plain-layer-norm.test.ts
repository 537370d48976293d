import { findNode } from '@geodesic/compiler';
import { expect, it } from 'vitest';
import { decoder } from './decoder.js';
import { defineModel } from './define-model.js';
import { lmHead } from './lm-head.js';
import { mlp } from './mlp.js';
import { plainLayerNorm } from './plain-layer-norm.js';
import { residual } from './residual.js';
import { tokenEmbedding } from './token-embedding.js';

it('normalises without weights of its own', () => {
  const model = defineModel('plain', () =>
    decoder({
      embed: tokenEmbedding({ vocab: 11, dim: 8 }),
      layers: [[residual(plainLayerNorm({ eps: 1e-5 }), mlp({ dim: 16, activation: 'relu' }))]],
      norm: plainLayerNorm({ eps: 1e-5 }),
      head: lmHead({ tied: true }),
    }),
  )(undefined);
  const graph = model.trace({ phase: 'prefill', logits: 'all' });
  expect(graph.nodes.flatMap(({ op, name }) => (op === 'parameter' ? [name] : []))).toEqual([
    'embed.weight',
    'layers.0.mlp.up.weight',
    'layers.0.mlp.down.weight',
  ]);
  const normed = findNode(graph, 'layers.0.mlpNorm.output');
  expect(normed?.type).toEqual(findNode(graph, 'embed.output')?.type);
  expect(findNode(graph, 'norm.output')?.op).toBe('mul');
});
