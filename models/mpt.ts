import {
  alibi,
  alibiSlopes,
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  repeat,
  residual,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type MptConfig, readGguf, readHuggingFace } from './configs/mpt.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** MPT (MosaicML, 2023): no biases anywhere. */
export const mpt = defineModel('mpt', (c: MptConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        layerNorm({ eps: c.layerNormEps, bias: false }),
        selfAttention({
          heads: c.numAttentionHeads,
          headDim: c.headDim,
          position: alibi({ slopes: alibiSlopes(c.numAttentionHeads, c.alibiBiasMax) }),
          mask: causal(),
          clip: c.clip,
          scale: c.attentionScale ?? c.headDim ** -0.5,
        }),
      ),
      residual(
        layerNorm({ eps: c.layerNormEps, bias: false }),
        mlp({ dim: c.intermediateSize, activation: 'gelu' }),
      ),
    ]),
    norm: layerNorm({ eps: c.layerNormEps, bias: false }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

/** How MPT's checkpoints are read and built. */
export const mptArchitecture: Architecture<MptConfig> = {
  name: 'mpt',
  knownFor: 'MPT 7B and 30B',
  positions: ['ALiBi'],
  masks: ['causal'],
  huggingFace: { types: ['mpt'], read: readHuggingFace, optionalPrefix: 'transformer.' },
  gguf: { types: ['mpt'], read: readGguf },
  build: mpt,
  tensors: (c) => ({
    ...namedOuterTensors({ embed: 'transformer.wte', norm: 'transformer.norm_f' }),
    ...fusedAttentionTensors(c, { name: 'transformer.blocks.{i}.attn.Wqkv' }),
    ...layerTensors('transformer.blocks.{i}', {
      attentionNorm: ['norm_1', 'attn_norm'],
      'attention.output': ['attn.out_proj', 'attn_output'],
      mlpNorm: ['norm_2', 'ffn_norm'],
      'mlp.up': ['ffn.up_proj', 'ffn_up'],
      'mlp.down': ['ffn.down_proj', 'ffn_down'],
    }),
  }),
};
