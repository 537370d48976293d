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
import { type GraniteConfig, readGguf, readHuggingFace } from './configs/granite.js';
import { gatedMlpTensors, interleavedAttentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Granite 3 (Granite Team, 2024): Llama with a factor at each of the four places that maximal update parametrisation knows. */
export const granite = defineModel('granite', (c: GraniteConfig) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const scaled = { scale: c.residualScale };
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize, scale: c.embeddingScale }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          scale: c.attentionScale,
          bias: c.attentionBias,
        }),
        null,
        scaled,
      ),
      residual(
        norm,
        gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias }),
        null,
        scaled,
      ),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings, scale: c.logitScale }),
  });
});

/** How Granite's dense checkpoints are read and built. */
export const graniteArchitecture: Architecture<GraniteConfig> = {
  name: 'granite',
  knownFor: 'Granite 3 (dense)',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['granite'], read: readHuggingFace },
  gguf: { types: ['granite'], read: readGguf },
  build: granite,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...gatedMlpTensors,
    ...normTensors,
  }),
};
