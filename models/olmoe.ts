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
import { type OlmoeConfig, readGguf, readHuggingFace } from './configs/olmoe.js';
import { gatedMlpExpertTensors } from './reading/expert-tensors.js';
import { attentionTensors, normTensors, queryKeyNormTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** OLMoE (Muennighoff et al., 2024): a mixture of experts in every layer, norms over all queries and all keys of a token. */
export const olmoe = defineModel('olmoe', (c: OlmoeConfig) => {
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
          queryKeyNorm: { norm, over: 'projection' },
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
          clip: c.clip,
        }),
      ),
      residual(
        norm,
        mixtureOfExperts({
          experts: c.numExperts,
          active: c.numExpertsPerToken,
          dim: c.intermediateSize,
          activation: c.activation,
          normalised: c.normTopkProb,
        }),
      ),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How OLMoE's checkpoints are read and built. */
export const olmoeArchitecture: Architecture<OlmoeConfig> = {
  name: 'olmoe',
  knownFor: 'OLMoE 1B-7B',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['olmoe'], read: readHuggingFace },
  gguf: { types: ['olmoe'], read: readGguf },
  build: olmoe,
  tensors: (c) => ({
    ...outerTensors,
    ...attentionTensors,
    ...queryKeyNormTensors,
    ...gatedMlpExpertTensors(c.numExperts),
    ...normTensors,
  }),
};
