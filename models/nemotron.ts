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
import { type NemotronConfig, readGguf, readHuggingFace } from './configs/nemotron.js';
import { attentionTensors, mlpTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors, moduleTensors, storedFromOne } from './reading/tensors.js';

/** Nemotron-4 (Parmar et al., 2024) and Minitron (Muralidharan et al., 2024): squared ReLUs, half of each head turns. */
export const nemotron = defineModel('nemotron', (c: NemotronConfig) => {
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
          position: rope({ theta: c.ropeTheta, rotaryDim: c.rotaryDim, scaling: c.ropeScaling }),
          mask: causal(),
          bias: c.attentionBias,
        }),
      ),
      residual(norm, mlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How Nemotron's checkpoints are read and built. */
export const nemotronArchitecture: Architecture<NemotronConfig> = {
  name: 'nemotron',
  knownFor: 'Minitron 4B and 8B, Nemotron-Mini, Nemotron-4',
  positions: ['partial RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['nemotron'], read: readHuggingFace },
  gguf: { types: ['nemotron'], read: readGguf },
  build: nemotron,
  tensors: () => ({
    ...outerTensors,
    ...moduleTensors('norm', { huggingFace: 'model.norm', gguf: 'output_norm', ...storedFromOne }),
    ...attentionTensors,
    ...mlpTensors,
    ...layerTensors('model.layers.{i}', {
      attentionNorm: ['input_layernorm', 'attn_norm', storedFromOne],
      mlpNorm: ['post_attention_layernorm', 'ffn_norm', storedFromOne],
    }),
  }),
};
