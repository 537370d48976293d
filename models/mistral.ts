import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  repeat,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type MistralConfig, readGguf, readHuggingFace } from './configs/mistral.js';
import { gatedMlpTensors, interleavedAttentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Mistral 7B (Jiang et al., 2023): Llama with a sliding window in every layer. */
export const mistral = defineModel('mistral', (c: MistralConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window: c.slidingWindow }),
        }),
      ),
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        gatedMlp({ dim: c.intermediateSize, activation: c.activation }),
      ),
    ]),
    norm: rmsNorm({ eps: c.rmsNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

/** How Mistral's checkpoints are read and built. */
export const mistralArchitecture: Architecture<MistralConfig> = {
  name: 'mistral',
  knownFor: 'Mistral 7B',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['mistral'], read: readHuggingFace },
  gguf: {
    types: ['llama'],
    accepts: ({ metadata }) => Number(metadata['llama.attention.sliding_window'] ?? 0) > 0,
    read: readGguf,
  },
  build: mistral,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...gatedMlpTensors,
    ...normTensors,
  }),
};
