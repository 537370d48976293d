import {
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  parallelResidual,
  repeat,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type PhiConfig, readGguf, readHuggingFace } from './configs/phi.js';
import { attentionTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors, moduleTensors } from './reading/tensors.js';

/** Phi-1 to Phi-2 (Li et al., 2023): attention and MLP side by side behind one norm, biases everywhere. */
export const phi = defineModel('phi', (c: PhiConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      parallelResidual(
        layerNorm({ eps: c.layerNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: c.queryKeyNorm ? { norm: layerNorm({ eps: c.layerNormEps }), over: 'head' } : null,
          position: rope({ theta: c.ropeTheta, rotaryDim: c.rotaryDim, scaling: c.ropeScaling }),
          mask: causal(),
          bias: true,
        }),
        mlp({ dim: c.intermediateSize, activation: c.activation, bias: true }),
      ),
    ]),
    norm: layerNorm({ eps: c.layerNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings, bias: true }),
  }),
);

/** How the checkpoints of the first Phi models are read and built. */
export const phiArchitecture: Architecture<PhiConfig> = {
  name: 'phi',
  knownFor: 'Phi-1, Phi-1.5, Phi-2',
  positions: ['partial RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['phi'], read: readHuggingFace },
  gguf: { types: ['phi2'], read: readGguf },
  build: phi,
  tensors: () => ({
    ...outerTensors,
    ...moduleTensors('norm', { huggingFace: 'model.final_layernorm', gguf: 'output_norm' }),
    ...attentionTensors,
    ...layerTensors('model.layers.{i}', {
      norm: ['input_layernorm', 'attn_norm'],
      'attention.queryNorm': ['self_attn.q_layernorm'],
      'attention.keyNorm': ['self_attn.k_layernorm'],
      'attention.output': ['self_attn.dense', 'attn_output'],
      'mlp.up': ['mlp.fc1', 'ffn_up'],
      'mlp.down': ['mlp.fc2', 'ffn_down'],
    }),
  }),
};
