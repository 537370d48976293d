import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  repeat,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { LlamaConfig } from '@geodesic/models';

export interface WindowedLlamaConfig extends LlamaConfig {
  /** A token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
}

/** Llama with every option of Mistral: one model that has them all, for tests of the compiler and of the sessions. */
export const windowedLlama = defineModel('llama', (c: WindowedLlamaConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window: c.slidingWindow }),
          bias: c.attentionBias,
        }),
      ),
      residual(
        rmsNorm({ eps: c.rmsNormEps }),
        gatedMlp({ dim: c.intermediateSize, activation: c.activation, bias: c.mlpBias }),
      ),
    ]),
    norm: rmsNorm({ eps: c.rmsNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);
