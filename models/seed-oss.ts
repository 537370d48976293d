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
import { readGguf, readHuggingFace, type SeedOssConfig } from './configs/seed-oss.js';
import { attentionTensors, gatedMlpTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Seed-OSS (ByteDance Seed, 2025): Llama with biases of queries, keys and values, and heads of a size of their own. */
export const seedOss = defineModel('seed_oss', (c: SeedOssConfig) => {
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
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
          outputBias: c.attentionOutputBias,
        }),
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Seed-OSS's checkpoints are read and built. */
export const seedOssArchitecture: Architecture<SeedOssConfig> = {
  name: 'seed_oss',
  knownFor: 'Seed-OSS 36B',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['seed_oss'], read: readHuggingFace },
  gguf: { types: ['seed_oss'], read: readGguf },
  build: seedOss,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...layerTensors('model.layers.{i}', {
      attentionNorm: ['input_layernorm', 'attn_norm'],
      // gguf-py names it by where Hugging Face says it stands; it is the norm before the MLP.
      mlpNorm: ['post_attention_layernorm', 'post_attention_norm'],
    }),
  }),
};
