import type { TensorMap } from '../architecture.js';
import { fusedTensors, layerTensors } from './tensors.js';

/** Query, key, value and output projections of attention where Llama-like checkpoints have them. */
export const attentionTensors: TensorMap = layerTensors('model.layers.{i}', {
  'attention.query': ['self_attn.q_proj', 'attn_q'],
  'attention.key': ['self_attn.k_proj', 'attn_k'],
  'attention.value': ['self_attn.v_proj', 'attn_v'],
  'attention.output': ['self_attn.o_proj', 'attn_output'],
});

/** The same, for architectures whose query and key rows llama.cpp interleaves. */
export function interleavedAttentionTensors(heads: number, kvHeads: number): TensorMap {
  return {
    ...attentionTensors,
    ...layerTensors('model.layers.{i}', {
      'attention.query': ['self_attn.q_proj', 'attn_q', { ggufRecipe: { interleavedHeads: heads } }],
      'attention.key': ['self_attn.k_proj', 'attn_k', { ggufRecipe: { interleavedHeads: kvHeads } }],
    }),
  };
}

/** The norms of queries and of keys where most checkpoints that have them do. */
export const queryKeyNormTensors: TensorMap = layerTensors('model.layers.{i}', {
  'attention.queryNorm': ['self_attn.q_norm', 'attn_q_norm'],
  'attention.keyNorm': ['self_attn.k_norm', 'attn_k_norm'],
});

/** The projections of a gated MLP where Llama-like checkpoints have them. */
export const gatedMlpTensors: TensorMap = layerTensors('model.layers.{i}', {
  'mlp.gate': ['mlp.gate_proj', 'ffn_gate'],
  'mlp.up': ['mlp.up_proj', 'ffn_up'],
  'mlp.down': ['mlp.down_proj', 'ffn_down'],
});

/** The same where gate and up share one tensor, the gate first: `gate_up_proj`, which GGUF files call `ffn_up`. */
export function fusedGatedMlpTensors(intermediateSize: number): TensorMap {
  return {
    ...layerTensors('model.layers.{i}', { 'mlp.down': ['mlp.down_proj', 'ffn_down'] }),
    ...fusedTensors(
      { 'mlp.gate': intermediateSize, 'mlp.up': intermediateSize },
      { name: 'model.layers.{i}.mlp.gate_up_proj' },
      { name: 'ffn_up' },
    ),
  };
}

/** The projections of an MLP without gate where Llama-like checkpoints have them. */
export const mlpTensors: TensorMap = layerTensors('model.layers.{i}', {
  'mlp.up': ['mlp.up_proj', 'ffn_up'],
  'mlp.down': ['mlp.down_proj', 'ffn_down'],
});

/** The norms before attention and before the MLP where Llama-like checkpoints have them. */
export const normTensors: TensorMap = layerTensors('model.layers.{i}', {
  attentionNorm: ['input_layernorm', 'attn_norm'],
  mlpNorm: ['post_attention_layernorm', 'ffn_norm'],
});
