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
import { type HeliumConfig, readHuggingFace } from './configs/helium.js';
import { attentionTensors, gatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Helium 1 (Kyutai, 2025): Llama in which neighbouring features turn together. */
export const helium = defineModel('helium', (c: HeliumConfig) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling, interleaved: true }),
          mask: causal(),
          bias: c.attentionBias,
          outputBias: false,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Helium's checkpoints are read and built. */
export const heliumArchitecture: Architecture<HeliumConfig> = {
  name: 'helium',
  knownFor: 'Helium 1',
  positions: ['interleaved RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['helium'], read: readHuggingFace },
  build: helium,
  tensors: () => ({ ...outerTensors, ...attentionTensors, ...gatedMlpTensors, ...normTensors }),
};
