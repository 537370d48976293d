import { type Device, prepareGraph } from '@geodesic/backend';
import { cpuBackend } from '@geodesic/backend-cpu';
import { parseGraph, type SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { relativeDifference } from '../difference.js';
import { PLAIN_LLAMA, VOCABULARY, withLlama, withSession } from '../properties/random-llama.js';
import { describeNode } from './describe-node.js';
import { nodeByNode } from './node-by-node.js';

/** Of the largest number; sums in another order. */
const TOLERANCE = 2e-5;

/** Its MLP is large enough for products to be halved, and all that follows them. */
const WIDE = {
  ...PLAIN_LLAMA,
  config: { ...PLAIN_LLAMA.config, hiddenSize: 32, intermediateSize: 2 ** 13, maxPositionEmbeddings: 512 },
};

const row = (length: number, step: number) => Array.from({ length }, (_, i) => (i * step) % VOCABULARY);

/** x · W turned as heads of 4 features with their neighbours, and with the feature two further. */
const turned = (rows: number, tokens: number) => `graph "turned" {
  %0 = parameter() : f32[${rows}, ${tokens}:tokens, 32] "x"
  %1 = parameter() : f32[32, 8192] "weight"
  %2 = parameter() : f32[${rows}, ${tokens}:tokens, 1, 4] "cos"
  %3 = parameter() : f32[${rows}, ${tokens}:tokens, 1, 4] "sin"
  %4 = linear(%0, %1) : f32[${rows}, ${tokens}:tokens, 8192] "product"
  %5 = splitHeads(%4) {"heads":2048} : f32[${rows}, ${tokens}:tokens, 2048, 4] "heads"
  %6 = rope(%5, %2, %3) {"interleaved":true} : f32[${rows}, ${tokens}:tokens, 2048, 4] "neighbours"
  %7 = rope(%5, %2, %3) {"interleaved":false} : f32[${rows}, ${tokens}:tokens, 2048, 4] "halves"
  return %6 as "neighbours"
  return %7 as "halves"
}`;

async function turnedOn(device: Device, rows: number, tokens: number): Promise<Float32Array[]> {
  device.activate();
  const waves = (shape: number[], step: number) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return device.tf.tensor(
      Float32Array.from({ length: count }, (_, i) => Math.sin(i * step)),
      shape,
    );
  };
  const parameters = new Map([
    ['x', waves([rows, tokens, 32], 0.37)],
    ['weight', waves([32, 8192], 1.7)],
    ['cos', waves([rows, tokens, 1, 4], 0.9)],
    ['sin', waves([rows, tokens, 1, 4], 1.1)],
  ]);
  const runner = prepareGraph(parseGraph(turned(rows, tokens)), device, parameters);
  try {
    const { device: results } = await runner.run({ inputs: {}, states: new Map() });
    const tensors = ['neighbours', 'halves'].map((name) => results.get(name) as Tensor);
    const data = await Promise.all(tensors.map((tensor) => tensor.data()));
    for (const tensor of tensors) tensor.dispose();
    return data as Float32Array[];
  } finally {
    runner.dispose();
    for (const tensor of parameters.values()) tensor.dispose();
  }
}

/** Logits of a prefill, and of a step behind it: of all tokens, where none of them is padding. */
async function logitsOf(
  model: LanguageModel,
  rows: readonly (readonly number[])[],
  merge: readonly SlerpMergeOptions[],
) {
  const logits = rows.length === 1 ? 'all' : 'last';
  return withSession(model, { merge, logits }, async (session) => {
    const prefill = await session.prefill(rows);
    const step = await session.decode(rows.map((_, i) => [i + 1]));
    return [prefill.logits.data, step.logits.data];
  });
}

await describeNode('tokens in two halves', (backend) => {
  it.each([
    [1, 1],
    [1, 7],
    [3, 5],
  ])('turn as cpu turns them: %i rows of %i', async (rows, tokens) => {
    const own = await turnedOn(backend.device, rows, tokens);
    const expected = await turnedOn(await cpuBackend.open(), rows, tokens);
    for (const [i, data] of own.entries()) {
      expect(relativeDifference(data, expected[i] as Float32Array)).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it.each([
    ['one token', [row(1, 7)]],
    ['two tokens', [row(2, 7)]],
    ['an odd number of tokens', [row(7, 7)]],
    ['a short prompt', [row(131, 7)]],
    ['a long prompt', [row(301, 7)]],
    ['several rows', [row(7, 7), row(5, 11), row(1, 3)]],
    ['several long rows', [row(270, 7), row(259, 11)]],
  ])('give what the ops one by one give: %s', async (_, rows) => {
    for (const merge of [[], [{ afterLayer: 1 }]]) {
      await withLlama(WIDE, backend.device, async (model) => {
        const own = await logitsOf(model, rows, merge);
        const expected = await logitsOf(nodeByNode(model), rows, merge);
        for (const [step, logits] of own.entries()) {
          expect(relativeDifference(logits, expected[step] as Float32Array)).toBeLessThanOrEqual(TOLERANCE);
        }
      });
    }
  });
});
