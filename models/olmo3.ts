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
import { type Olmo3Config, readGguf, readHuggingFace } from './configs/olmo3.js';
import { olmo2Tensors } from './reading/olmo2-tensors.js';

/** OLMo 3 (OLMo Team, 2025): OLMo 2 with a window in most layers; only those without one have their RoPE scaled. */
export const olmo3 = defineModel('olmo3', (c: Olmo3Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const globalRope = { theta: c.ropeTheta, scaling: c.ropeScaling };
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.slidingWindows.map((window) => [
      residual(
        null,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: { norm, over: 'projection' },
          position: rope(window === null ? globalRope : c.localRope),
          mask: causal({ window }),
          bias: c.attentionBias,
        }),
        norm,
      ),
      residual(null, gatedMlp({ dim: c.intermediateSize, activation: c.activation }), norm),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How OLMo 3's checkpoints are read and built. */
export const olmo3Architecture: Architecture<Olmo3Config> = {
  name: 'olmo3',
  knownFor: 'OLMo 3',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['olmo3'], read: readHuggingFace },
  gguf: {
    types: ['olmo2'],
    accepts: ({ metadata }) => Number(metadata['olmo2.attention.sliding_window'] ?? 0) > 0,
    read: readGguf,
  },
  build: olmo3,
  tensors: () => olmo2Tensors,
};
