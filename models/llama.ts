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
import type { Architecture, GgufDescription, TensorMap } from './architecture.js';
import {
  type AttentionDecoderConfig,
  decoderFields,
  ggufDecoderFields,
  readDecoder,
  readGgufDecoder,
} from './reading/decoder.js';
import { activationField, optional, positiveInteger, readFields } from './reading/fields.js';
import { readGgufFields } from './reading/gguf.js';
import { ggufRopeFields, readGgufRope, readRope, ropeFields } from './reading/rope.js';
import { layerNormTensors, outerTensors, projectionTensors } from './reading/tensors.js';

export interface LlamaConfig extends AttentionDecoderConfig {
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: RotaryScaling | null;
  /** Mistral: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindow: number | null;
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
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
  ...decoderFields,
  ...ropeFields,
  hidden_act: activationField(['silu']),
  rms_norm_eps: z.number().nonnegative(),
  sliding_window: optional(positiveInteger),
  attention_bias: optional(z.boolean()),
  mlp_bias: optional(z.boolean()),
  rope_interleaved: optional(z.literal(false, { error: 'interleaved RoPE is not supported' })),
});

/** What transformers fills in for fields that a config leaves out (MistralConfig). */
const mistralDefaults = { sliding_window: 4096, num_key_value_heads: 8 } as const;

function readHuggingFace(config: Readonly<Record<string, unknown>>): LlamaConfig {
  const type = String(config.model_type);
  const given = type === 'mistral' ? { ...mistralDefaults, ...config } : config;
  const fields = readFields(type, huggingFaceFields, given);
  return {
    ...readDecoder(type, fields),
    ...readRope(type, fields),
    rmsNormEps: fields.rms_norm_eps,
    slidingWindow: type === 'mistral' ? (fields.sliding_window ?? null) : null,
    attentionBias: fields.attention_bias ?? false,
    mlpBias: fields.mlp_bias ?? false,
  };
}

const ggufFields = z.object({
  ...ggufDecoderFields,
  ...ggufRopeFields,
  'attention.layer_norm_rms_epsilon': z.number().nonnegative(),
  'attention.sliding_window': optional(positiveInteger),
});

function readGguf(description: GgufDescription): LlamaConfig {
  const fields = readGgufFields('llama', ggufFields, description.metadata);
  const common = readGgufDecoder('llama', fields, description);
  return {
    ...common,
    ...readGgufRope('llama', fields, common.headDim),
    rmsNormEps: fields['attention.layer_norm_rms_epsilon'],
    slidingWindow: fields['attention.sliding_window'] ?? null,
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
    mlpBias: description.tensorNames.includes('blk.0.ffn_up.bias'),
  };
}

const tensors: TensorMap = {
  ...outerTensors,
  ...layerNormTensors('attentionNorm', 'input_layernorm', 'attn_norm'),
  ...layerNormTensors('mlpNorm', 'post_attention_layernorm', 'ffn_norm'),
  ...projectionTensors('attention.query', 'self_attn.q_proj', 'attn_q', {
    ggufInterleavedHeads: 'numAttentionHeads',
  }),
  ...projectionTensors('attention.key', 'self_attn.k_proj', 'attn_k', {
    ggufInterleavedHeads: 'numKeyValueHeads',
  }),
  ...projectionTensors('attention.value', 'self_attn.v_proj', 'attn_v'),
  ...projectionTensors('attention.output', 'self_attn.o_proj', 'attn_output'),
  ...projectionTensors('mlp.gate', 'mlp.gate_proj', 'ffn_gate'),
  ...projectionTensors('mlp.up', 'mlp.up_proj', 'ffn_up'),
  ...projectionTensors('mlp.down', 'mlp.down_proj', 'ffn_down'),
};

/** How Llama-style checkpoints are read and built. */
export const llamaArchitecture: Architecture<LlamaConfig> = {
  name: 'llama',
  huggingFaceTypes: ['llama', 'mistral'],
  ggufTypes: ['llama'],
  readHuggingFace,
  readGguf,
  build: llama,
  tensors,
};
