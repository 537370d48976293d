import type { TensorMap } from '../architecture.js';
import { attentionTensors, gatedMlpTensors } from './llama-like-tensors.js';
import { outerTensors } from './outer-tensors.js';
import { layerTensors, moduleTensors, storedFromOne } from './tensors.js';

/** Where Gemma's weights are; its norms stand where those of Llama do. */
export const gemmaTensors: TensorMap = {
  ...outerTensors,
  ...moduleTensors('norm', { huggingFace: 'model.norm', gguf: 'output_norm', ...storedFromOne }),
  ...attentionTensors,
  ...gatedMlpTensors,
  ...layerTensors('model.layers.{i}', {
    attentionNorm: ['input_layernorm', 'attn_norm', storedFromOne],
    mlpNorm: ['post_attention_layernorm', 'ffn_norm', storedFromOne],
  }),
};

/** The same since the second generation, with norms before and behind each block. */
export const laterGemmaTensors: TensorMap = {
  ...gemmaTensors,
  ...layerTensors('model.layers.{i}', {
    attentionPostNorm: ['post_attention_layernorm', 'post_attention_norm', storedFromOne],
    mlpNorm: ['pre_feedforward_layernorm', 'ffn_norm', storedFromOne],
    mlpPostNorm: ['post_feedforward_layernorm', 'post_ffw_norm', storedFromOne],
  }),
};
