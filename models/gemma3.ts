import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type Gemma3Config, readGguf, readHuggingFace } from './configs/gemma3.js';
import { laterGemmaTensors } from './reading/gemma-tensors.js';
import { layerTensors, storedFromOne } from './reading/tensors.js';

/** Gemma 3 (Gemma Team, 2025): local layers turn by other frequencies than global ones, and queries and keys are normalised. */
export const gemma3 = defineModel('gemma3', (c: Gemma3Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const globalRope = { theta: c.ropeTheta, scaling: c.ropeScaling };
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize, scale: Math.sqrt(c.hiddenSize) }),
    layers: c.slidingWindows.map((window) => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: { norm, over: 'head' },
          position: rope(window === null ? globalRope : c.localRope),
          mask: causal({ window }),
          scale: c.attentionScale,
          bias: c.attentionBias,
        }),
        norm,
      ),
      residual(norm, gatedMlp({ dim: c.intermediateSize, activation: c.activation }), norm),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings, softcap: c.finalSoftcap }),
  });
});

/** How Gemma 3's text checkpoints are read and built. */
export const gemma3Architecture: Architecture<Gemma3Config> = {
  name: 'gemma3',
  knownFor: 'Gemma 3 (text)',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['gemma3_text'], read: readHuggingFace },
  gguf: { types: ['gemma3'], read: readGguf },
  build: gemma3,
  tensors: () => ({
    ...laterGemmaTensors,
    ...layerTensors('model.layers.{i}', {
      'attention.queryNorm': ['self_attn.q_norm', 'attn_q_norm', storedFromOne],
      'attention.keyNorm': ['self_attn.k_norm', 'attn_k_norm', storedFromOne],
    }),
  }),
};
