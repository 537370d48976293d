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
import { type GptNeoConfig, readHuggingFace } from './configs/gpt-neo.js';
import { MASK_BUFFERS } from './reading/mask-buffers.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** GPT-Neo (Black et al., 2021): GPT-2 with a sliding window in every other layer, and attention logits that are not scaled. */
export const gptNeo = defineModel('gpt_neo', (c: GptNeoConfig) =>
  decoder({
    embed: tokenEmbedding({
      vocab: c.vocabSize,
      dim: c.hiddenSize,
      positions: learnedPositions({ count: c.maxPositionEmbeddings }),
    }),
    layers: repeat(c.numHiddenLayers, (i) => [
      residual(
        layerNorm({ eps: c.layerNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          headDim: c.headDim,
          position: null,
          mask: causal({ window: c.slidingWindows[i] ?? null }),
          outputBias: true,
          scale: 1,
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

/** How GPT-Neo's checkpoints are read and built. */
export const gptNeoArchitecture: Architecture<GptNeoConfig> = {
  name: 'gpt_neo',
  knownFor: 'GPT-Neo 125M, 1.3B and 2.7B, TinyStories',
  positions: ['learned'],
  masks: ['causal', 'sliding window'],
  huggingFace: {
    types: ['gpt_neo'],
    read: readHuggingFace,
    optionalPrefix: 'transformer.',
    redundant: MASK_BUFFERS,
  },
  build: gptNeo,
  tensors: () => ({
    ...namedOuterTensors({ embed: 'transformer.wte', norm: 'transformer.ln_f' }),
    'embed.positions.weight': { huggingFace: 'transformer.wpe.weight' },
    ...layerTensors('transformer.h.{i}', {
      attentionNorm: ['ln_1'],
      'attention.query': ['attn.attention.q_proj'],
      'attention.key': ['attn.attention.k_proj'],
      'attention.value': ['attn.attention.v_proj'],
      'attention.output': ['attn.attention.out_proj'],
      mlpNorm: ['ln_2'],
      'mlp.up': ['mlp.c_fc'],
      'mlp.down': ['mlp.c_proj'],
    }),
  }),
};
