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
import { type HunyuanV1DenseConfig, readGguf, readHuggingFace } from './configs/hunyuan-v1-dense.js';
import { attentionTensors, gatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Hunyuan's dense models (Tencent, 2025): Llama whose queries and keys are normalised once they have turned. */
export const hunyuanV1Dense = defineModel('hunyuan_v1_dense', (c: HunyuanV1DenseConfig) => {
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
          queryKeyNorm: { norm, over: 'head', behindPosition: true },
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How the checkpoints of Hunyuan's dense models are read and built. */
export const hunyuanV1DenseArchitecture: Architecture<HunyuanV1DenseConfig> = {
  name: 'hunyuan_v1_dense',
  knownFor: 'Hunyuan 0.5B, 1.8B, 4B and 7B, Hunyuan-MT',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['hunyuan_v1_dense'], read: readHuggingFace },
  gguf: { types: ['hunyuan-dense'], read: readGguf },
  build: hunyuanV1Dense,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...normTensors,
    ...layerTensors('model.layers.{i}', {
      'attention.queryNorm': ['self_attn.query_layernorm', 'attn_q_norm'],
      'attention.keyNorm': ['self_attn.key_layernorm', 'attn_k_norm'],
    }),
  }),
};
