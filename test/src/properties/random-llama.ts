import { type Device, placeWeight } from '@geodesic/backend';
import { evaluateShape } from '@geodesic/compiler';
import { LanguageModel, type Session, type SessionOptions } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';
import * as fc from 'fast-check';
import { SeededNumbers } from '../seeded-numbers.js';
import { type WindowedLlamaConfig, windowedLlama } from '../windowed-llama.js';

/** What a random model is made from. */
export interface RandomLlama {
  readonly config: WindowedLlamaConfig;
  readonly seed: number;
}

export const VOCABULARY = 50;
export const LAYERS = 4;
export const CONTEXT = 64;

/** Llamas of four layers: grouped heads or not, a sliding window or not, biases or not, tied or not. */
export const randomLlama: fc.Arbitrary<RandomLlama> = fc.record({
  seed: fc.nat(),
  config: fc
    .record({
      numKeyValueHeads: fc.constantFrom(1, 2, 4),
      // A window of 1 would hide from each token everything but itself.
      slidingWindow: fc.option(fc.integer({ min: 2, max: 8 })),
      attentionBias: fc.boolean(),
      mlpBias: fc.boolean(),
      tieWordEmbeddings: fc.boolean(),
    })
    .map((drawn) => ({
      vocabSize: VOCABULARY,
      numHiddenLayers: LAYERS,
      maxPositionEmbeddings: CONTEXT,
      hiddenSize: 16,
      intermediateSize: 24,
      numAttentionHeads: 4,
      headDim: 8,
      activation: 'silu' as const,
      rmsNormEps: 1e-5,
      ropeTheta: 10000,
      ropeScaling: null,
      ...drawn,
    })),
});

/** One that never varies, for tests that are not about models. */
export const PLAIN_LLAMA: RandomLlama = {
  seed: 1,
  config: {
    vocabSize: VOCABULARY,
    numHiddenLayers: LAYERS,
    maxPositionEmbeddings: CONTEXT,
    hiddenSize: 16,
    intermediateSize: 24,
    numAttentionHeads: 4,
    numKeyValueHeads: 2,
    headDim: 8,
    activation: 'silu',
    rmsNormEps: 1e-5,
    ropeTheta: 10000,
    ropeScaling: null,
    slidingWindow: null,
    attentionBias: false,
    mlpBias: false,
    tieWordEmbeddings: false,
  },
};

/** Token ids of a row. */
export function tokens(minLength: number, maxLength: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat({ max: VOCABULARY - 1 }), { minLength, maxLength });
}

/** A model with random weights on a device: vectors near 1, matrices that keep the scale of their input. */
export function buildLlama(
  { config, seed }: RandomLlama,
  device: Device,
  tokenizer?: Tokenizer,
): LanguageModel {
  const definition = windowedLlama(config);
  const source = new SeededNumbers(seed);
  const weights = definition
    .trace({ phase: 'prefill', logits: 'last' })
    .nodes.filter(({ op }) => op === 'parameter')
    .map(({ name, type }) => {
      const shape = evaluateShape(type, new Map());
      const [inputs, outputs] = shape as [number, number | undefined];
      const data =
        outputs === undefined
          ? source.normals(inputs, 0.3).map((value) => value + (name.endsWith('.bias') ? 0 : 1))
          : source.normals(inputs * outputs, inputs ** -0.5);
      return [name, placeWeight(device, name, Float32Array.from(data), shape)] as const;
    });
  return new LanguageModel({ definition, config, device, parameters: new Map(weights), tokenizer });
}

/** Runs `body` with a model and disposes it. */
export async function withLlama<T>(
  random: RandomLlama,
  device: Device,
  body: (model: LanguageModel) => Promise<T>,
  tokenizer?: Tokenizer,
): Promise<T> {
  const model = buildLlama(random, device, tokenizer);
  try {
    return await body(model);
  } finally {
    model.dispose();
  }
}

/** Runs `body` with a session and disposes it. */
export async function withSession<T>(
  model: LanguageModel,
  options: SessionOptions,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const session = model.session(options);
  try {
    return await body(session);
  } finally {
    session.dispose();
  }
}
