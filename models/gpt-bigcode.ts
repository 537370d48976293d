import {
  causal,
  decoder,
  defineModel,
  layerNorm,
  learnedPositions,
  lmHead,
  mlp,
  repeat,
  residual,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type GptBigCodeConfig, readGguf, readHuggingFace } from './configs/gpt-bigcode.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { MASK_BUFFERS } from './reading/mask-buffers.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** StarCoder and SantaCoder (Li et al., 2023; Allal et al., 2023): GPT-2 with one head of keys and values for all queries. */
export const gptBigCode = defineModel('gpt_bigcode', (c: GptBigCodeConfig) => {
  const norm = layerNorm({ eps: c.layerNormEps });
  return decoder({
    embed: tokenEmbedding({
      vocab: c.vocabSize,
      dim: c.hiddenSize,
      positions: learnedPositions({ count: c.maxPositionEmbeddings }),
    }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: null,
          mask: causal(),
          bias: true,
          scale: c.scaleAttention ? c.headDim ** -0.5 : 1,
        }),
      ),
      residual(norm, mlp({ dim: c.intermediateSize, activation: c.activation, bias: true })),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How the checkpoints of StarCoder and SantaCoder are read and built. */
export const gptBigCodeArchitecture: Architecture<GptBigCodeConfig> = {
  name: 'gpt_bigcode',
  knownFor: 'StarCoder, StarCoderBase, SantaCoder',
  positions: ['learned'],
  masks: ['causal'],
  huggingFace: {
    types: ['gpt_bigcode'],
    read: readHuggingFace,
    optionalPrefix: 'transformer.',
    redundant: MASK_BUFFERS,
  },
  gguf: { types: ['starcoder'], read: readGguf },
  build: gptBigCode,
  tensors: (c) => ({
    ...namedOuterTensors({ embed: 'transformer.wte', norm: 'transformer.ln_f' }),
    'embed.positions.weight': { huggingFace: 'transformer.wpe.weight', gguf: 'position_embd.weight' },
    // All queries, the key, the value; where each head has its own, the three of each head.
    ...fusedAttentionTensors(c, { name: 'transformer.h.{i}.attn.c_attn', groups: c.numKeyValueHeads }),
    ...layerTensors('transformer.h.{i}', {
      attentionNorm: ['ln_1', 'attn_norm'],
      'attention.output': ['attn.c_proj', 'attn_output'],
      mlpNorm: ['ln_2', 'ffn_norm'],
      'mlp.up': ['mlp.c_fc', 'ffn_up'],
      'mlp.down': ['mlp.c_proj', 'ffn_down'],
    }),
  }),
};
