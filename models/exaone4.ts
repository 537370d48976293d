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
import { type Exaone4Config, readGguf, readHuggingFace } from './configs/exaone4.js';
import { olmo2Tensors } from './reading/olmo2-tensors.js';

/** EXAONE 4 (LG AI Research, 2025): norms behind attention and MLP, and no positions in layers that see beyond the others' window. */
export const exaone4 = defineModel('exaone4', (c: Exaone4Config) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const rotary = rope({ theta: c.ropeTheta, scaling: c.ropeScaling });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.layers.map((layer) => [
      residual(
        null,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          queryKeyNorm: { norm, over: 'head' },
          position: layer.rotary ? rotary : null,
          mask: causal({ window: layer.slidingWindow }),
        }),
        norm,
      ),
      residual(null, gatedMlp({ dim: c.intermediateSize, activation: c.activation }), norm),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** How EXAONE 4's checkpoints are read and built. */
export const exaone4Architecture: Architecture<Exaone4Config> = {
  name: 'exaone4',
  knownFor: 'EXAONE 4.0 1.2B and 32B',
  positions: ['RoPE', 'none'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['exaone4'], read: readHuggingFace },
  gguf: { types: ['exaone4'], read: readGguf },
  build: exaone4,
  tensors: () => olmo2Tensors,
};
