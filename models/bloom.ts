import {
  alibi,
  alibiSlopes,
  type Block,
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  renamed,
  repeat,
  residual,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type BloomConfig, readGguf, readHuggingFace } from './configs/bloom.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors, moduleTensors } from './reading/tensors.js';

/** BLOOM (BigScience, 2022). */
export const bloom = defineModel('bloom', (c: BloomConfig) =>
  decoder({
    embed: tokenEmbedding({
      vocab: c.vocabSize,
      dim: c.hiddenSize,
      norm: layerNorm({ eps: c.layerNormEps }),
    }),
    layers: repeat(c.numHiddenLayers, () => [
      ...normedResidual(
        c,
        selfAttention({
          heads: c.numAttentionHeads,
          headDim: c.headDim,
          position: alibi({ slopes: alibiSlopes(c.numAttentionHeads) }),
          mask: causal(),
          bias: true,
        }),
      ),
      ...normedResidual(c, mlp({ dim: c.intermediateSize, activation: 'geluTanh', bias: true })),
    ]),
    norm: layerNorm({ eps: c.layerNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

function normedResidual({ layerNormEps, residualOfNormed }: BloomConfig, inner: Block): readonly Block[] {
  const norm = layerNorm({ eps: layerNormEps });
  return residualOfNormed
    ? [renamed(`${inner.path}Norm`, norm), residual(null, inner)]
    : [residual(norm, inner)];
}

/** How BLOOM's checkpoints are read and built. */
export const bloomArchitecture: Architecture<BloomConfig> = {
  name: 'bloom',
  knownFor: 'BLOOM, BLOOMZ',
  positions: ['ALiBi'],
  masks: ['causal'],
  huggingFace: { types: ['bloom'], read: readHuggingFace, optionalPrefix: 'transformer.' },
  gguf: { types: ['bloom'], read: readGguf },
  build: bloom,
  tensors: (c) => ({
    ...namedOuterTensors({ embed: 'transformer.word_embeddings', norm: 'transformer.ln_f' }),
    ...moduleTensors('embed.norm', {
      huggingFace: 'transformer.word_embeddings_layernorm',
      gguf: 'token_embd_norm',
    }),
    ...fusedAttentionTensors(c, {
      name: 'transformer.h.{i}.self_attention.query_key_value',
      groups: c.numAttentionHeads,
    }),
    ...layerTensors('transformer.h.{i}', {
      attentionNorm: ['input_layernorm', 'attn_norm'],
      'attention.output': ['self_attention.dense', 'attn_output'],
      mlpNorm: ['post_attention_layernorm', 'ffn_norm'],
      'mlp.up': ['mlp.dense_h_to_4h', 'ffn_up'],
      'mlp.down': ['mlp.dense_4h_to_h', 'ffn_down'],
    }),
  }),
};
