import {
  causal,
  decoder,
  defineModel,
  lmHead,
  mixtureOfExperts,
  repeat,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type MixtralConfig, readGguf, readHuggingFace } from './configs/mixtral.js';
import { expertTensors } from './reading/expert-tensors.js';
import { interleavedAttentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Mixtral (Jiang et al., 2024): Mistral with a mixture of experts in place of each MLP. */
export const mixtral = defineModel('mixtral', (c: MixtralConfig) => {
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
          mask: causal({ window: c.slidingWindow }),
        }),
      ),
      residual(
        norm,
        mixtureOfExperts({
          experts: c.numExperts,
          active: c.numExpertsPerToken,
          dim: c.intermediateSize,
          activation: c.activation,
        }),
      ),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Mixtral's checkpoints are read and built. */
export const mixtralArchitecture: Architecture<MixtralConfig> = {
  name: 'mixtral',
  knownFor: 'Mixtral 8x7B and 8x22B',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['mixtral'], read: readHuggingFace },
  gguf: {
    types: ['llama'],
    accepts: ({ metadata }) => Number(metadata['llama.expert_count'] ?? 0) > 0,
    read: readGguf,
  },
  build: mixtral,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...expertTensors(c.numExperts, 'block_sparse_moe.gate', (index) => ({
      gate: [`block_sparse_moe.experts.${index}.w1`],
      up: [`block_sparse_moe.experts.${index}.w3`],
      down: [`block_sparse_moe.experts.${index}.w2`],
    })),
    ...normTensors,
  }),
};
