import {
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  parallelResidual,
  repeat,
  residual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type GptNeoxConfig, readGguf, readHuggingFace } from './configs/gpt-neox.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { MASK_BUFFERS } from './reading/mask-buffers.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** GPT-NeoX (Black et al., 2022) and Pythia (Biderman et al., 2023). */
export const gptNeox = defineModel('gpt_neox', (c: GptNeoxConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => layer(c)),
    norm: layerNorm({ eps: c.layerNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

function layer(c: GptNeoxConfig) {
  const norm = layerNorm({ eps: c.layerNormEps });
  const attention = selfAttention({
    heads: c.numAttentionHeads,
    headDim: c.headDim,
    position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling, rotaryDim: c.rotaryDim }),
    mask: causal(),
    bias: c.attentionBias,
  });
  const feedForward = mlp({ dim: c.intermediateSize, activation: c.activation, bias: true });
  return c.parallelResidual
    ? [parallelResidual([norm, norm], attention, feedForward)]
    : [residual(norm, attention), residual(norm, feedForward)];
}

/** How checkpoints of GPT-NeoX and Pythia are read and built. */
export const gptNeoxArchitecture: Architecture<GptNeoxConfig> = {
  name: 'gpt_neox',
  knownFor: 'Pythia, GPT-NeoX-20B, Dolly 2',
  positions: ['partial RoPE', 'RoPE'],
  masks: ['causal'],
  huggingFace: {
    types: ['gpt_neox'],
    read: readHuggingFace,
    optionalPrefix: 'gpt_neox.',
    redundant: MASK_BUFFERS,
  },
  gguf: { types: ['gptneox'], read: readGguf },
  build: gptNeox,
  tensors: (c) => ({
    ...namedOuterTensors({
      embed: 'gpt_neox.embed_in',
      norm: 'gpt_neox.final_layer_norm',
      head: 'embed_out',
    }),
    ...fusedAttentionTensors(c, {
      name: 'gpt_neox.layers.{i}.attention.query_key_value',
      groups: c.numAttentionHeads,
    }),
    ...layerTensors('gpt_neox.layers.{i}', {
      attentionNorm: ['input_layernorm', 'attn_norm'],
      'attention.output': ['attention.dense', 'attn_output'],
      mlpNorm: ['post_attention_layernorm', 'ffn_norm'],
      'mlp.up': ['mlp.dense_h_to_4h', 'ffn_up'],
      'mlp.down': ['mlp.dense_4h_to_h', 'ffn_down'],
    }),
  }),
};
