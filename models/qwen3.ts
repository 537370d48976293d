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
import { type Qwen3Config, readGguf, readHuggingFace } from './configs/qwen3.js';
import {
  attentionTensors,
  gatedMlpTensors,
  normTensors,
  queryKeyNormTensors,
} from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Qwen 3 (Yang et al., 2025): Llama whose queries and keys are normalised head by head. */
export const qwen3 = defineModel('qwen3', (c: Qwen3Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.slidingWindows.map((window) => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: { norm, over: 'head' },
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window }),
          bias: c.attentionBias,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Qwen 3 checkpoints are read and built. */
export const qwen3Architecture: Architecture<Qwen3Config> = {
  name: 'qwen3',
  knownFor: 'Qwen 3',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['qwen3'], read: readHuggingFace },
  gguf: { types: ['qwen3'], read: readGguf },
  build: qwen3,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...normTensors,
    ...queryKeyNormTensors,
  }),
};
