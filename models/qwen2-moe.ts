import {
  causal,
  decoder,
  defineModel,
  gatedMlp,
  lmHead,
  mixtureOfExperts,
  residual,
  rmsNorm,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type Qwen2MoeConfig, readGguf, readHuggingFace } from './configs/qwen2-moe.js';
import { gatedMlpExpertTensors } from './reading/expert-tensors.js';
import { attentionTensors, gatedMlpTensors, normTensors } from './reading/llama-like-tensors.js';
import { outerTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Qwen 1.5 and 2 with mixtures of experts (Yang et al., 2024), one of which every token goes to. */
export const qwen2Moe = defineModel('qwen2_moe', (c: Qwen2MoeConfig) => {
  const norm = rmsNorm({ eps: c.rmsNormEps });
  const dense = gatedMlp({ dim: c.intermediateSize, activation: c.activation });
  const sparse = mixtureOfExperts({
    experts: c.numExperts,
    active: c.numExpertsPerToken,
    dim: c.moeIntermediateSize,
    sharedDim: c.sharedExpertIntermediateSize,
    activation: c.activation,
    normalised: c.normTopkProb,
  });
  return decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: c.slidingWindows.map((window, i) => [
      residual(
        norm,
        selfAttention({
          heads: c.numAttentionHeads,
          kvHeads: c.numKeyValueHeads,
          headDim: c.headDim,
          position: rope({ theta: c.ropeTheta, scaling: c.ropeScaling }),
          mask: causal({ window }),
          bias: c.attentionBias,
          outputBias: false,
        }),
      ),
      residual(norm, c.sparseLayers[i] ? sparse : dense),
    ]),
    norm,
    head: lmHead({ tied: c.tieWordEmbeddings }),
  });
});

/** GGUF files hold the projection to the gate's one feature as a vector. */
const sharedGate = { ggufRecipe: { layout: 'vector' } } as const;

/** How checkpoints of Qwen 1.5's and 2's mixtures of experts are read and built. */
export const qwen2MoeArchitecture: Architecture<Qwen2MoeConfig> = {
  name: 'qwen2_moe',
  knownFor: 'Qwen 1.5 MoE A2.7B, Qwen 2 57B-A14B',
  positions: ['RoPE'],
  masks: ['causal', 'sliding window'],
  huggingFace: { types: ['qwen2_moe'], read: readHuggingFace },
  gguf: { types: ['qwen2moe'], read: readGguf },
  build: qwen2Moe,
  tensors: (c) => ({
    ...outerTensors,
    ...attentionTensors,
    ...gatedMlpTensors,
    ...gatedMlpExpertTensors(c.numExperts),
    ...layerTensors('model.layers.{i}', {
      'mlp.sharedGate': ['mlp.shared_expert_gate', 'ffn_gate_inp_shexp', sharedGate],
      'mlp.sharedExpert.gate': ['mlp.shared_expert.gate_proj', 'ffn_gate_shexp'],
      'mlp.sharedExpert.up': ['mlp.shared_expert.up_proj', 'ffn_up_shexp'],
      'mlp.sharedExpert.down': ['mlp.shared_expert.down_proj', 'ffn_down_shexp'],
    }),
    ...normTensors,
  }),
};
