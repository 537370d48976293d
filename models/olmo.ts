import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  plainLayerNorm,
  repeat,
  residual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type OlmoConfig, readGguf, readHuggingFace } from './configs/olmo.js';
import { gatedMlpTensors, interleavedAttentionTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** OLMo (Groeneveld et al., 2024): Llama with layer norms that have no weights. */
export const olmo = defineModel('olmo', (c: OlmoConfig) => {
  const norm = plainLayerNorm({ eps: c.normEps });
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
          clip: c.clip,
          bias: c.attentionBias,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How OLMo's checkpoints are read and built. */
export const olmoArchitecture: Architecture<OlmoConfig> = {
  name: 'olmo',
  knownFor: 'OLMo 1B and 7B',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['olmo'], read: readHuggingFace },
  gguf: { types: ['olmo'], read: readGguf },
  build: olmo,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...gatedMlpTensors,
  }),
};
