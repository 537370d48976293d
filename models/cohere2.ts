import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  layerNorm,
  lmHead,
  parallelResidual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type Cohere2Config, readGguf, readHuggingFace } from './configs/cohere2.js';
import { attentionTensors, gatedMlpTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Command R7B and Command A (Cohere, 2024 and 2025): Command R with windows, and without positions where there is none. */
export const cohere2 = defineModel('cohere2', (c: Cohere2Config) => {
  const norm = layerNorm({ eps: c.normEps, bias: false });
  const rotary = rope({ theta: c.ropeTheta, scaling: c.ropeScaling, interleaved: true });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.slidingWindows.map((window) => [
      parallelResidual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: window === null ? null : rotary,
          mask: causal({ window }),
          bias: c.attentionBias,
        }),
        gatedMlp({ dim: c.intermediateSize, activation: c.activation }),
      ),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings, scale: c.logitScale }),
  });
});

/** How Command R7B's and Command A's checkpoints are read and built. */
export const cohere2Architecture: Architecture<Cohere2Config> = {
  name: 'cohere2',
  knownFor: 'Command R7B, Command A, Tiny Aya',
  positions: ['interleaved RoPE', 'none'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['cohere2'], read: readHuggingFace },
  gguf: { types: ['cohere2'], read: readGguf },
  build: cohere2,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...layerTensors('model.layers.{i}', { norm: ['input_layernorm', 'attn_norm'] }),
  }),
};
