import type { RotaryScaling } from '@geodesic/compiler';
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
import { z } from 'zod';
import type {
  Architecture,
  DecoderConfig,
  GgufDescription,
  TensorMap,
  TensorSource,
} from './architecture.js';
import { optional, parseFields, positiveInteger, readFields } from './config-reader.js';
import { readRope, ropeFields } from './rope-fields.js';

export interface LlamaConfig extends DecoderConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numAttentionHeads: number;
  readonly numKeyValueHeads: number;
  readonly headDim: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | null;
  /** Mistral: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
  readonly tieWordEmbeddings: boolean;
}

/** Llama 1 to 3 (Touvron et al., 2023), and with it SmolLM, TinyLlama and Mistral (Jiang et al., 2023). */
export const llama = defineModel('llama', (c: LlamaConfig) =>
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
        gatedMlp({ dim: c.intermediateSize, activation: 'silu', bias: c.mlpBias }),
      ),
    ]),
    norm: rmsNorm({ eps: c.rmsNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

const huggingFaceFields = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  intermediate_size: positiveInteger,
  num_hidden_layers: positiveInteger,
  num_attention_heads: positiveInteger,
  num_key_value_heads: optional(positiveInteger),
  head_dim: optional(positiveInteger),
  hidden_act: optional(
    z.literal('silu', {
      error: (issue) => `activation '${String(issue.input)}' is not supported; supported is silu`,
    }),
  ),
  rms_norm_eps: z.number().nonnegative(),
  max_position_embeddings: positiveInteger,
  sliding_window: optional(positiveInteger),
  attention_bias: optional(z.boolean()),
  mlp_bias: optional(z.boolean()),
  tie_word_embeddings: optional(z.boolean()),
  rope_interleaved: optional(z.literal(false, { error: 'interleaved RoPE is not supported' })),
  ...ropeFields,
});

function readHuggingFace(config: Readonly<Record<string, unknown>>): LlamaConfig {
  const type = String(config.model_type);
  const fields = readFields(type, huggingFaceFields, config);
  return {
    vocabSize: fields.vocab_size,
    hiddenSize: fields.hidden_size,
    intermediateSize: fields.intermediate_size,
    numHiddenLayers: fields.num_hidden_layers,
    numAttentionHeads: fields.num_attention_heads,
    numKeyValueHeads: fields.num_key_value_heads ?? fields.num_attention_heads,
    headDim: fields.head_dim ?? fields.hidden_size / fields.num_attention_heads,
    rmsNormEps: fields.rms_norm_eps,
    maxPositionEmbeddings: fields.max_position_embeddings,
    slidingWindow: type === 'mistral' ? (fields.sliding_window ?? null) : null,
    attentionBias: fields.attention_bias ?? false,
    mlpBias: fields.mlp_bias ?? false,
    tieWordEmbeddings: fields.tie_word_embeddings ?? false,
    ...readRope(type, fields),
  };
}

const ggufFields = z.object({
  'llama.block_count': positiveInteger,
  'llama.embedding_length': positiveInteger,
  'llama.feed_forward_length': positiveInteger,
  'llama.context_length': positiveInteger,
  'llama.attention.head_count': positiveInteger,
  'llama.attention.head_count_kv': optional(positiveInteger),
  'llama.attention.key_length': optional(positiveInteger),
  'llama.attention.layer_norm_rms_epsilon': z.number().nonnegative(),
  'llama.rope.freq_base': optional(z.number().positive()),
  'llama.rope.scaling.type': optional(z.enum(['none', 'linear'])),
  'llama.rope.scaling.factor': optional(z.number().positive()),
  'llama.attention.sliding_window': optional(positiveInteger),
  'tokenizer.ggml.tokens': z.array(z.string()).nonempty(),
});

function readGguf({ metadata, tensorNames }: GgufDescription): LlamaConfig {
  const fields = parseFields("metadata of a 'llama' GGUF file", ggufFields, metadata);
  const heads = fields['llama.attention.head_count'];
  const linear = fields['llama.rope.scaling.type'] === 'linear';
  return {
    vocabSize: fields['tokenizer.ggml.tokens'].length,
    hiddenSize: fields['llama.embedding_length'],
    intermediateSize: fields['llama.feed_forward_length'],
    numHiddenLayers: fields['llama.block_count'],
    numAttentionHeads: heads,
    numKeyValueHeads: fields['llama.attention.head_count_kv'] ?? heads,
    headDim: fields['llama.attention.key_length'] ?? fields['llama.embedding_length'] / heads,
    rmsNormEps: fields['llama.attention.layer_norm_rms_epsilon'],
    maxPositionEmbeddings: fields['llama.context_length'],
    slidingWindow: fields['llama.attention.sliding_window'] ?? null,
    attentionBias: tensorNames.includes('blk.0.attn_q.bias'),
    mlpBias: tensorNames.includes('blk.0.ffn_up.bias'),
    tieWordEmbeddings: !tensorNames.includes('output.weight'),
    ropeTheta: fields['llama.rope.freq_base'] ?? 10000,
    ropeScaling: linear ? { type: 'linear', factor: fields['llama.rope.scaling.factor'] ?? 1 } : null,
  };
}

const tensors: TensorMap = {
  'embed.weight': { huggingFace: 'model.embed_tokens.weight', gguf: 'token_embd.weight' },
  'norm.weight': { huggingFace: 'model.norm.weight', gguf: 'output_norm.weight' },
  'head.weight': { huggingFace: 'lm_head.weight', gguf: 'output.weight' },
  'layers.{i}.attentionNorm.weight': {
    huggingFace: 'model.layers.{i}.input_layernorm.weight',
    gguf: 'blk.{i}.attn_norm.weight',
  },
  'layers.{i}.mlpNorm.weight': {
    huggingFace: 'model.layers.{i}.post_attention_layernorm.weight',
    gguf: 'blk.{i}.ffn_norm.weight',
  },
  ...projection('attention.query', 'self_attn.q_proj', 'attn_q', 'numAttentionHeads'),
  ...projection('attention.key', 'self_attn.k_proj', 'attn_k', 'numKeyValueHeads'),
  ...projection('attention.value', 'self_attn.v_proj', 'attn_v'),
  ...projection('attention.output', 'self_attn.o_proj', 'attn_output'),
  ...projection('mlp.gate', 'mlp.gate_proj', 'ffn_gate'),
  ...projection('mlp.up', 'mlp.up_proj', 'ffn_up'),
  ...projection('mlp.down', 'mlp.down_proj', 'ffn_down'),
};

/** Weight and bias of one projection of a layer. */
function projection(
  path: string,
  huggingFace: string,
  gguf: string,
  ggufInterleavedHeads?: TensorSource['ggufInterleavedHeads'],
): TensorMap {
  const rows = ggufInterleavedHeads === undefined ? {} : { ggufInterleavedHeads };
  const source = (kind: string) => ({
    huggingFace: `model.layers.{i}.${huggingFace}.${kind}`,
    gguf: `blk.{i}.${gguf}.${kind}`,
    ...rows,
  });
  return { [`layers.{i}.${path}.weight`]: source('weight'), [`layers.{i}.${path}.bias`]: source('bias') };
}

export const llamaArchitecture: Architecture<LlamaConfig> = {
  name: 'llama',
  huggingFaceTypes: ['llama', 'mistral'],
  ggufTypes: ['llama'],
  readHuggingFace,
  readGguf,
  build: llama,
  tensors,
};
