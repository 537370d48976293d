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
import { type Ernie45Config, readGguf, readHuggingFace } from './configs/ernie4-5.js';
import { attentionTensors, gatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** ERNIE 4.5 without experts (Baidu, 2025): Llama whose neighbouring features turn together. */
export const ernie45 = defineModel('ernie4_5', (c: Ernie45Config) => {
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
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling, interleaved: true }),
          mask: causal(),
          bias: c.bias,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.bias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How the checkpoints of ERNIE 4.5 without experts are read and built. */
export const ernie45Architecture: Architecture<Ernie45Config> = {
  name: 'ernie4_5',
  knownFor: 'ERNIE 4.5 0.3B',
  positions: ['interleaved RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['ernie4_5'], read: readHuggingFace },
  gguf: { types: ['ernie4_5'], read: readGguf },
  build: ernie45,
  tensors: () => ({ ...outerTensors, ...attentionTensors, ...gatedMlpTensors, ...normTensors }),
};
