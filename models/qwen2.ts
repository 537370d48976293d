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
import { type Qwen2Config, readGguf, readHuggingFace } from './configs/qwen2.js';
import { attentionTensors, gatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Qwen 2 and 2.5 (Yang et al., 2024): Llama with biases of queries, keys and values. */
export const qwen2 = defineModel('qwen2', (c: Qwen2Config) => {
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
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window }),
          bias: true,
          outputBias: false,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Qwen 2 and 2.5 checkpoints are read and built. */
export const qwen2Architecture: Architecture<Qwen2Config> = {
  name: 'qwen2',
  knownFor: 'Qwen 2 and 2.5, DeepSeek-R1-Distill-Qwen',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['qwen2'], read: readHuggingFace },
  gguf: { types: ['qwen2'], read: readGguf },
  build: qwen2,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...normTensors,
  }),
};
