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
import { type GemmaConfig, readGguf, readHuggingFace } from './configs/gemma.js';
import { gemmaTensors } from './reading/gemma-tensors.js';

/** Gemma (Gemma Team, 2024): scaled embeddings, heads wider than their share of the hidden states, an MLP gated by GELU. */
export const gemma = defineModel('gemma', (c: GemmaConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize, scale: Math.sqrt(c.hiddenSize) }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
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

/** How Gemma's checkpoints are read and built. */
export const gemmaArchitecture: Architecture<GemmaConfig> = {
  name: 'gemma',
  knownFor: 'Gemma, CodeGemma',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['gemma'], read: readHuggingFace },
  gguf: { types: ['gemma'], read: readGguf },
  build: gemma,
  tensors: () => gemmaTensors,
};
