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
import { type LlamaConfig, readGguf, readHuggingFace } from './configs/llama.js';
import { gatedMlpTensors, interleavedAttentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Llama 1 to 3 (Touvron et al., 2023). */
export const llama = defineModel('llama', (c: LlamaConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
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
        gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias }),
      ),
    ]),
    norm: rmsNorm({ eps: c.rmsNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

/** How Llama-style checkpoints are read and built. */
export const llamaArchitecture: Architecture<LlamaConfig> = {
  name: 'llama',
  knownFor: 'Llama 1 to 3, SmolLM, TinyLlama',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['llama'], read: readHuggingFace },
  gguf: { types: ['llama'], read: readGguf },
  build: llama,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...gatedMlpTensors,
    ...normTensors,
  }),
};
