import { defineModel, rmsNorm } from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type Glm4Config, readGguf, readHuggingFace } from './configs/glm4.js';
import { glmArchitecture, glmTree } from './glm.js';
import { layerTensors } from './reading/tensors.js';

/** GLM-4-0414 and GLM-Z1 (2025): GLM-4 with norms behind attention and MLP too. */
export const glm4 = defineModel('glm4', (c: Glm4Config) => glmTree(c, rmsNorm({ eps: c.rmsNormEps })));

/** How GLM-4-0414's checkpoints are read and built. */
export const glm4Architecture: Architecture<Glm4Config> = {
  name: 'glm4',
  knownFor: 'GLM-4-0414 9B and 32B, GLM-Z1',
  positions: ['interleaved RoPE', 'partial RoPE'],
  masks: ['causal'],
  huggingFace: { types: ['glm4'], read: readHuggingFace },
  gguf: { types: ['glm4'], read: readGguf },
  build: glm4,
  tensors: (c) => ({
    ...glmArchitecture.tensors(c),
    ...layerTensors('model.layers.{i}', {
      attentionPostNorm: ['post_self_attn_layernorm', 'post_attention_norm'],
      mlpPostNorm: ['post_mlp_layernorm', 'post_ffw_norm'],
    }),
  }),
};
