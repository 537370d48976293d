import type { TensorMap } from '../architecture.js';
import { attentionTensors, gatedMlpTensors, queryKeyNormTensors } from './llama-like-tensors.js';
import { outerTensors } from './outer-tensors.js';
import { layerTensors } from './tensors.js';

/** Where OLMo 2's weights are, and those of its descendants. */
export const olmo2Tensors: TensorMap = {
  ...outerTensors,
  ...attentionTensors,
  ...gatedMlpTensors,
  ...queryKeyNormTensors,
  ...layerTensors('model.layers.{i}', {
    attentionPostNorm: ['post_attention_layernorm', 'post_attention_norm'],
    mlpPostNorm: ['post_feedforward_layernorm', 'post_ffw_norm'],
  }),
};
