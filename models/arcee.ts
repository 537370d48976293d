import {
  causal,
  decoder,
  defineModel,
  lmHead,
  mlp,
  repeat,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type ArceeConfig, readGguf, readHuggingFace } from './configs/arcee.js';
import { interleavedAttentionTensors, mlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Arcee's foundation models (2025): Llama with an MLP of squared ReLUs, without gate. */
export const arcee = defineModel('arcee', (c: ArceeConfig) => {
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
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
        }),
      ),
      residual(norm, mlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Arcee's checkpoints are read and built. */
export const arceeArchitecture: Architecture<ArceeConfig> = {
  name: 'arcee',
  knownFor: 'AFM-4.5B',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['arcee'], read: readHuggingFace },
  gguf: { types: ['arcee'], read: readGguf },
  build: arcee,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...mlpTensors,
    ...normTensors,
  }),
};
