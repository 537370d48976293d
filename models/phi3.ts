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
import { type Phi3Config, readGguf, readHuggingFace } from './configs/phi3.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { fusedGatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Phi-3 and Phi-4 (Abdin et al., 2024), with LongRoPE (Ding et al., 2024) in the models of long contexts. */
export const phi3 = defineModel('phi3', (c: Phi3Config) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, rotaryDim: c.rotaryDim, scaling: c.ropeScaling }),
          mask: causal({ window: c.slidingWindow }),
        }),
      ),
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        gatedMlp({ dim: c.intermediateSize, activation: c.activation }),
      ),
    ]),
    norm: rmsNorm({ eps: c.rmsNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

/** How the checkpoints of Phi-3 and its successors are read and built: their projections are fused. */
export const phi3Architecture: Architecture<Phi3Config> = {
  name: 'phi3',
  knownFor: 'Phi-3, Phi-3.5, Phi-4',
  positions: ['RoPE', 'partial RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['phi3'], read: readHuggingFace },
  gguf: { types: ['phi3'], read: readGguf },
  build: phi3,
  tensors: (c) => ({
    ...outerTensors,
    ...normTensors,
    ...layerTensors('model.layers.{i}', {
      'attention.output': ['self_attn.o_proj', 'attn_output'],
    }),
    ...fusedAttentionTensors(c, { name: 'model.layers.{i}.self_attn.qkv_proj' }),
    ...fusedGatedMlpTensors(c.intermediateSize),
  }),
};
