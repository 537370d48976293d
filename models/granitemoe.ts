import {
  causal,
  decoder,
  defineModel,
  lmHead,
  mixtureOfExperts,
  repeat,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture, TensorMap } from './architecture.js';
import { type GraniteMoeConfig, readGguf, readHuggingFace } from './configs/granitemoe.js';
import { expertTensors } from './reading/expert-tensors.js';
import { interleavedAttentionTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';

/** Granite 3 with a mixture of experts in every layer (Granite Team, 2024). */
export const graniteMoe = defineModel('granitemoe', (c: GraniteMoeConfig) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const scaled = { scale: c.residualScale };
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize, scale: c.embeddingScale }),
    layers: repeat(c.numHiddenLayers, () => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal(),
          scale: c.attentionScale,
          bias: c.attentionBias,
        }),
        null,
        scaled,
      ),
      // A softmax over the logits of the chosen experts alone is that over all, scaled to a sum of 1.
      residual(
        norm,
        mixtureOfExperts({
          experts: c.numExperts,
          active: c.numExpertsPerToken,
          dim: c.intermediateSize,
          activation: c.activation,
        }),
        null,
        scaled,
      ),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings, scale: c.logitScale }),
  });
});

/** Experts as Hugging Face checkpoints stack them: gate and up projection of each in one matrix, the gate's features first. */
function stackedExpertTensors({ numExperts: of, intermediateSize: size }: GraniteMoeConfig): TensorMap {
  return expertTensors(of, 'block_sparse_moe.router.layer', (index) => {
    const matrix = { index, of };
    const half = (start: number) => ({ matrix, rows: { groups: 1, of: 2 * size, start, size } });
    return {
      gate: ['block_sparse_moe.input_linear', half(0)],
      up: ['block_sparse_moe.input_linear', half(size)],
      down: ['block_sparse_moe.output_linear', { matrix }],
    };
  });
}

/** How checkpoints of Granite's mixtures of experts are read and built. */
export const graniteMoeArchitecture: Architecture<GraniteMoeConfig> = {
  name: 'granitemoe',
  knownFor: 'Granite 3 1B-A400M and 3B-A800M',
  positions: ['RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['granitemoe'], read: readHuggingFace },
  gguf: { types: ['granitemoe'], read: readGguf },
  build: graniteMoe,
  tensors: (c) => ({
    ...outerTensors,
    ...interleavedAttentionTensors(c.numAttentionHeads, c.numKeyValueHeads),
    ...stackedExpertTensors(c),
    ...normTensors,
  }),
};
