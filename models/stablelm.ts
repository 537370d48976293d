import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  layerNorm,
  lmHead,
  parallelResidual,
  repeat,
  residual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture, TensorMap } from './architecture.js';
import { readGguf, readHuggingFace, type StableLmConfig } from './configs/stablelm.js';
import { attentionTensors, gatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** StableLM 3B, 2 1.6B and 2 12B (Bellagente et al., 2024): a quarter of each head's features turns. */
export const stablelm = defineModel('stablelm', (c: StableLmConfig) => {
  const norm = layerNorm({ eps: c.normEps });
  const headNorm = layerNorm({ eps: c.normEps, bias: false, perHead: true });
  const attention = selfAttention({
    heads: c.numAttentionHeads,
    kvHeads: c.numKeyValueHeads,
    headDim: c.headDim,
    queryKeyNorm: c.queryKeyNorm ? { norm: headNorm, over: 'head' } : null,
    position: rope({ theta: c.ropeTheta, rotaryDim: c.rotaryDim, scaling: c.ropeScaling }),
    mask: causal(),
    bias: c.attentionBias,
    outputBias: false,
  });
  const mlp = gatedMlp({ dim: c.intermediateSize, activation: c.activation });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () =>
      c.parallelResidual
        ? [parallelResidual(norm, attention, mlp)]
        : [residual(norm, attention), residual(norm, mlp)],
    ),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** One tensor a head in Hugging Face checkpoints, all heads in one in GGUF files. */
function headNormTensors(heads: number, kvHeads: number): TensorMap {
  const stored = (count: number) =>
    ({ huggingFaceRecipe: { stackOf: count }, ggufRecipe: { layout: 'asIs' } }) as const;
  return layerTensors('model.layers.{i}', {
    'attention.queryNorm': ['self_attn.q_layernorm.norms.{j}', 'attn_q_norm', stored(heads)],
    'attention.keyNorm': ['self_attn.k_layernorm.norms.{j}', 'attn_k_norm', stored(kvHeads)],
  });
}

/** How StableLM's checkpoints are read and built. */
export const stablelmArchitecture: Architecture<StableLmConfig> = {
  name: 'stablelm',
  knownFor: 'StableLM 3B, StableLM 2, Stable Code',
  positions: ['partial RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['stablelm'], read: readHuggingFace },
  gguf: { types: ['stablelm'], read: readGguf },
  build: stablelm,
  tensors: (c) => ({
    ...outerTensors,
    ...attentionTensors,
    ...headNormTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...gatedMlpTensors,
    ...normTensors,
    ...layerTensors('model.layers.{i}', { norm: ['input_layernorm', 'attn_norm'] }),
  }),
};
