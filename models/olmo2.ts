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
import { type Olmo2Config, readGguf, readHuggingFace } from './configs/olmo2.js';
import { attentionTensors, gatedMlpTensors, queryKeyNormTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** OLMo 2 (OLMo Team, 2024): norms behind attention and MLP, and over all queries and all keys of a token. */
export const olmo2 = defineModel('olmo2', (c: Olmo2Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        null,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: { norm, over: 'projection' },
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
        }),
        norm,
      ),
      residual(null, gatedMlp({ dim: c.intermediateSize, activation: c.activation }), norm),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How OLMo 2's checkpoints are read and built. */
export const olmo2Architecture: Architecture<Olmo2Config> = {
  name: 'olmo2',
  knownFor: 'OLMo 2',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['olmo2'], read: readHuggingFace },
  gguf: { types: ['olmo2'], read: readGguf },
  build: olmo2,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...queryKeyNormTensors,
    ...layerTensors('model.layers.{i}', {
      attentionPostNorm: ['post_attention_layernorm', 'post_attention_norm'],
      mlpPostNorm: ['post_feedforward_layernorm', 'post_ffw_norm'],
    }),
  }),
};
