import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  layerNorm,
  lmHead,
  parallelResidual,
  repeat,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type CohereConfig, readGguf, readHuggingFace } from './configs/cohere.js';
import { attentionTensors, gatedMlpTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Command R and R+ (Cohere, 2024), Aya: attention and MLP side by side, norms without bias, scaled logits. */
export const cohere = defineModel('cohere', (c: CohereConfig) => {
  const norm = layerNorm({ eps: c.normEps, bias: false });
  const headNorm = layerNorm({ eps: c.normEps, bias: false, perHead: true });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      parallelResidual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: c.queryKeyNorm ? { norm: headNorm, over: 'head' } : null,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling, interleaved: true }),
          mask: causal(),
          bias: c.attentionBias,
        }),
        gatedMlp({ dim: c.intermediateSize, activation: c.activation }),
      ),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings, scale: c.logitScale }),
  });
});

const asIs = { huggingFaceRecipe: { layout: 'asIs' }, ggufRecipe: { layout: 'asIs' } } as const;

/** How Command R's checkpoints are read and built. */
export const cohereArchitecture: Architecture<CohereConfig> = {
  name: 'cohere',
  knownFor: 'Command R, Command R+, Aya 23',
  positions: ['interleaved RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['cohere'], read: readHuggingFace },
  gguf: { types: ['command-r'], read: readGguf },
  build: cohere,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...layerTensors('model.layers.{i}', {
      norm: ['input_layernorm', 'attn_norm'],
      'attention.queryNorm': ['self_attn.q_norm', 'attn_q_norm', asIs],
      'attention.keyNorm': ['self_attn.k_norm', 'attn_k_norm', asIs],
    }),
  }),
};
