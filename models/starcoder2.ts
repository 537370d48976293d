import {
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  repeat,
  residual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { readGguf, readHuggingFace, type Starcoder2Config } from './configs/starcoder2.js';
import { attentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** StarCoder 2 (Lozhkov et al., 2024): an MLP without gate, and biases throughout. */
export const starcoder2 = defineModel('starcoder2', (c: Starcoder2Config) => {
  const norm = layerNorm({ eps: c.normEps });
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
          mask: causal({ window: c.slidingWindow }),
          bias: c.bias,
        }),
      ),
      residual(norm, mlp({ dim: c.intermediateSize, activation: c.activation, bias: c.bias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How StarCoder 2's checkpoints are read and built. */
export const starcoder2Architecture: Architecture<Starcoder2Config> = {
  name: 'starcoder2',
  knownFor: 'StarCoder 2',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['starcoder2'], read: readHuggingFace },
  gguf: { types: ['starcoder2'], read: readGguf },
  build: starcoder2,
  tensors: () => ({
    ...outerTensors,
    ...attentionTensors,
    ...normTensors,
    ...layerTensors('model.layers.{i}', {
      'mlp.up': ['mlp.c_fc', 'ffn_up'],
      'mlp.down': ['mlp.c_proj', 'ffn_down'],
    }),
  }),
};
