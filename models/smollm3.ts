import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { readGguf, readHuggingFace, type SmolLm3Config } from './configs/smollm3.js';
import { gatedMlpTensors, interleavedAttentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** SmolLM 3 (Bakouch et al., 2025): Llama with every fourth layer without positions, as Yang et al. (2025) propose. */
export const smollm3 = defineModel('smollm3', (c: SmolLm3Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const rotary = rope({ theta: c.ropeTheta, scaling: c.ropeScaling });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.layers.map((layer) => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: layer.rotary ? rotary : null,
          mask: causal({ window: layer.slidingWindow }),
          bias: c.attentionBias,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How SmolLM 3's checkpoints are read and built. */
export const smollm3Architecture: Architecture<SmolLm3Config> = {
  name: 'smollm3',
  knownFor: 'SmolLM 3',
  positions: ['RoPE', 'none'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['smollm3'], read: readHuggingFace },
  gguf: { types: ['smollm3'], read: readGguf },
  build: smollm3,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...gatedMlpTensors,
    ...normTensors,
  }),
};
