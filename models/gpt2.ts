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
import { type Gpt2Config, readGguf, readHuggingFace } from './configs/gpt2.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { MASK_BUFFERS } from './reading/mask-buffers.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

function attentionScale(c: Gpt2Config, layer: number): number {
  return (c.scaleAttention ? c.headDim ** -0.5 : 1) / (c.scaleAttentionByLayer ? layer + 1 : 1);
}

/** GPT-2 (Radford et al., 2019). */
export const gpt2 = defineModel('gpt2', (c: Gpt2Config) =>
  decoder({
    embed: tokenEmbedding({
      vocab: c.vocabSize,
      dim: c.hiddenSize,
      positions: learnedPositions({ count: c.maxPositionEmbeddings }),
    }),
    layers: repeat(c.numHiddenLayers, (layer) => [
      residual(
        layerNorm({ eps: c.layerNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          headDim: c.headDim,
          position: null,
          mask: causal(),
          bias: true,
          scale: attentionScale(c, layer),
        }),
      ),
      residual(
        layerNorm({ eps: c.layerNormEps }),
        mlp({ dim: c.intermediateSize, activation: c.activation, bias: true }),
      ),
    ]),
    norm: layerNorm({ eps: c.layerNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

// GPT-2's own layers are stored [in, out]; llama.cpp turns them around.
const inOut = { huggingFaceRecipe: { layout: 'inOut' } } as const;

/** How GPT-2's checkpoints are read and built. */
export const gpt2Architecture: Architecture<Gpt2Config> = {
  name: 'gpt2',
  knownFor: 'GPT-2, DistilGPT2, Cerebras-GPT',
  positions: ['learned'],
  masks: ['causal'],
  huggingFace: {
    types: ['gpt2'],
    read: readHuggingFace,
    optionalPrefix: 'transformer.',
    redundant: MASK_BUFFERS,
  },
  gguf: { types: ['gpt2'], read: readGguf },
  build: gpt2,
  tensors: (c) => ({
    ...namedOuterTensors({ embed: 'transformer.wte', norm: 'transformer.ln_f' }),
    'embed.positions.weight': { huggingFace: 'transformer.wpe.weight', gguf: 'position_embd.weight' },
    ...fusedAttentionTensors(c, { name: 'transformer.h.{i}.attn.c_attn', layout: 'inOut' }),
    ...layerTensors('transformer.h.{i}', {
      attentionNorm: ['ln_1', 'attn_norm'],
      'attention.output': ['attn.c_proj', 'attn_output', inOut],
      mlpNorm: ['ln_2', 'ffn_norm'],
      'mlp.up': ['mlp.c_fc', 'ffn_up', inOut],
      'mlp.down': ['mlp.c_proj', 'ffn_down', inOut],
    }),
  }),
};
