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
import { type Gemma2Config, readGguf, readHuggingFace } from './configs/gemma2.js';
import { laterGemmaTensors } from './reading/gemma-tensors.js';

/** Gemma 2 (Gemma Team, 2024): norms before and behind each block, bounded logits, a window in every other layer. */
export const gemma2 = defineModel('gemma2', (c: Gemma2Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize, scale: Math.sqrt(c.hiddenSize) }),
    layers: c.slidingWindows.map((window) => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window }),
          scale: c.attentionScale,
          softcap: c.attentionSoftcap,
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

/** How Gemma 2's checkpoints are read and built. */
export const gemma2Architecture: Architecture<Gemma2Config> = {
  name: 'gemma2',
  knownFor: 'Gemma 2',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['gemma2'], read: readHuggingFace },
  gguf: { types: ['gemma2'], read: readGguf },
  build: gemma2,
  tensors: () => laterGemmaTensors,
};
