import type { TensorMap } from '../architecture.js';
import { attentionTensors, gatedMlpTensors } from './llama-like-tensors.js';
import { outerTensors } from './outer-tensors.js';
import { layerTensors } from './tensors.js';

/** Where OLMo 2's weights are, and those of its descendants. */
export const olmo2Tensors: TensorMap = {
  ...outerTensors,
  ...attentionTensors,
  ...gatedMlpTensors,
  ...layerTensors('model.layers.{i}', {
    'attention.queryNorm': ['self_attn.q_norm', 'attn_q_norm'],
    'attention.keyNorm': ['self_attn.k_norm', 'attn_k_norm'],
    attentionPostNorm: ['post_attention_layernorm', 'post_attention_norm'],
    mlpPostNorm: ['post_feedforward_layernorm', 'post_ffw_norm'],
  }),
};
