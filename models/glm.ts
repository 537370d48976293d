import {
  type Block,
  causal,
  type Decoder,
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
import { type GlmConfig, readGguf, readHuggingFace } from './configs/glm.js';
import { attentionTensors, fusedGatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** GLM's tree; `postNorm` stands behind attention and MLP, where there is one. */
export function glmTree(c: GlmConfig, postNorm: Block | null): Decoder {
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
          position: rope({
            theta: c.ropeTheta,
            rotaryDim: c.rotaryDim,
            scaling: c.ropeScaling,
            interleaved: true,
          }),
          mask: causal(),
          bias: c.attentionBias,
          outputBias: false,
        }),
        postNorm,
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation }), postNorm),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
}

/** GLM-4 (GLM Team, 2024) and GLM-Edge: neighbouring features turn together, half of each head's or all. */
export const glm = defineModel('glm', (c: GlmConfig) => glmTree(c, null));

/** How the checkpoints of GLM-4 and GLM-Edge are read and built. */
export const glmArchitecture: Architecture<GlmConfig> = {
  name: 'glm',
  knownFor: 'GLM-4 9B (-hf), GLM-Edge',
  positions: ['interleaved RoPE', 'partial RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['glm'], read: readHuggingFace },
  gguf: { types: ['chatglm'], read: readGguf },
  build: glm,
  tensors: (c) => ({
    ...outerTensors,
    ...attentionTensors,
    ...fusedGatedMlpTensors(c.intermediateSize),
    ...normTensors,
  }),
};
