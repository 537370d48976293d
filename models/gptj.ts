import {
  causal,
  type Decoder,
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
import { type GptjConfig, readHuggingFace } from './configs/gptj.js';
import { MASK_BUFFERS } from './reading/mask-buffers.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** GPT-J's tree, of which CodeGen stores the weights in another order. */
export function gptjTree(c: GptjConfig): Decoder {
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      parallelResidual(
        layerNorm({ eps: c.layerNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          headDim: c.headDim,
          position: rope({ theta: 10000, rotaryDim: c.rotaryDim, interleaved: true }),
          mask: causal(),
        }),
        mlp({ dim: c.intermediateSize, activation: c.activation, bias: true }),
      ),
    ]),
    norm: layerNorm({ eps: c.layerNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings, bias: true }),
  });
}

/** GPT-J (Wang and Komatsuzaki, 2021). */
export const gptj = defineModel('gptj', gptjTree);

/** How GPT-J's checkpoints are read and built. */
export const gptjArchitecture: Architecture<GptjConfig> = {
  name: 'gptj',
  knownFor: 'GPT-J-6B, GPT4All-J',
  positions: ['interleaved RoPE', 'partial RoPE'],
  masks: ['causal'],
  huggingFace: {
    types: ['gptj'],
    read: readHuggingFace,
    optionalPrefix: 'transformer.',
    redundant: MASK_BUFFERS,
  },
  build: gptj,
  // gguf-py has names for its tensors, though llama.cpp does not run it.
  tensors: () => ({
    ...namedOuterTensors({ embed: 'transformer.wte', norm: 'transformer.ln_f' }),
    ...layerTensors('transformer.h.{i}', {
      norm: ['ln_1', 'attn_norm'],
      'attention.query': ['attn.q_proj', 'attn_q'],
      'attention.key': ['attn.k_proj', 'attn_k'],
      'attention.value': ['attn.v_proj', 'attn_v'],
      'attention.output': ['attn.out_proj', 'attn_output'],
      'mlp.up': ['mlp.fc_in', 'ffn_up'],
      'mlp.down': ['mlp.fc_out', 'ffn_down'],
    }),
  }),
};
