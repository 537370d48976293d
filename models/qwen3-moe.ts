import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  mixtureOfExperts,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type Qwen3MoeConfig, readGguf, readHuggingFace } from './configs/qwen3-moe.js';
import { gatedMlpExpertTensors } from './reading/expert-tensors.js';
import {
  attentionTensors,
  gatedMlpTensors,
  normTensors,
  queryKeyNormTensors,
} from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Qwen 3 with mixtures of experts (Yang et al., 2025), in all layers or some. */
export const qwen3Moe = defineModel('qwen3_moe', (c: Qwen3MoeConfig) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const dense = gatedMlp({ dim: c.intermediateSize, activation: c.activation });
  const sparse = mixtureOfExperts({
    experts: c.numExperts,
    active: c.numExpertsPerToken,
    dim: c.moeIntermediateSize,
    activation: c.activation,
    normalised: c.normTopkProb,
  });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.sparseLayers.map((isSparse) => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: { norm, over: 'head' },
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window: c.slidingWindow }),
          bias: c.attentionBias,
        }),
      ),
      residual(norm, isSparse ? sparse : dense),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How checkpoints of Qwen 3's mixtures of experts are read and built. */
export const qwen3MoeArchitecture: Architecture<Qwen3MoeConfig> = {
  name: 'qwen3_moe',
  knownFor: 'Qwen 3 30B-A3B and 235B-A22B, Qwen3-Coder',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['qwen3_moe'], read: readHuggingFace },
  gguf: { types: ['qwen3moe'], read: readGguf },
  build: qwen3Moe,
  tensors: (c) => ({
    ...outerTensors,
    ...attentionTensors,
    ...queryKeyNormTensors,
    ...gatedMlpTensors,
    ...gatedMlpExpertTensors(c.numExperts),
    ...normTensors,
  }),
};
