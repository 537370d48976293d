import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional, positiveInteger } from './fields.js';
import { gemmaDefaults, gemmaFields } from './gemma-fields.js';
import {
  type GgufLlamaLikeFields,
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  type LlamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from './llama-like.js';
import { layerTypeFields, readWindows } from './windows.js';

/** Gemma since its second generation. */
export interface LaterGemmaConfig extends LlamaLikeConfig {
  readonly attentionBias: boolean;
  /** Factor of the attention logits. */
  readonly attentionScale: number;
  /** Attention logits are kept within ±attentionSoftcap, those of tokens within ±finalSoftcap; null: they are not. */
  readonly attentionSoftcap: number | null;
  readonly finalSoftcap: number | null;
  /** One a layer: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindows: readonly (number | null)[];
}

const softcap = z.number().positive().nullable();

/** Its fields in Hugging Face configs, to spread into a schema. */
export const laterGemmaFields = {
  ...gemmaFields,
  ...layerTypeFields,
  query_pre_attn_scalar: z.number().positive(),
  sliding_window: optional(positiveInteger),
  attn_logit_softcapping: softcap,
  final_logit_softcapping: softcap,
} as const;

/** What transformers fills in for fields that a config leaves out. */
export const laterGemmaDefaults = {
  ...gemmaDefaults,
  num_key_value_heads: 4,
  query_pre_attn_scalar: 256,
  sliding_window: 4096,
} as const;

/** Fields that change nothing: how keys and values are cached, and what `hidden_activation` replaced. */
export const laterGemmaInert = ['cache_implementation', 'hidden_act'] as const;

type LaterGemmaFields = LlamaLikeFields & z.output<z.ZodObject<typeof laterGemmaFields>>;

/** How a generation differs from the other. */
interface Generation {
  readonly type: string;
  /** Which layers have a window, where no field says it. */
  readonly isWindowed: (layer: number) => boolean;
  /** Base of RoPE's frequencies where no field says it. */
  readonly defaultTheta?: number;
}

/** @throws GeodesicError as `readLlamaLike` and `readWindows` */
export function readLaterGemma(
  fields: LaterGemmaFields,
  { type, isWindowed, ...options }: Generation,
): LaterGemmaConfig {
  const common = readLlamaLike(type, fields, options);
  return {
    ...common,
    activation: fields.hidden_activation ?? 'geluTanh',
    attentionBias: fields.attention_bias ?? false,
    attentionScale: fields.query_pre_attn_scalar ** -0.5,
    attentionSoftcap: fields.attn_logit_softcapping,
    finalSoftcap: fields.final_logit_softcapping,
    slidingWindows: readWindows(type, {
      layerTypes: fields.layer_types,
      window: fields.sliding_window,
      layers: common.numHiddenLayers,
      isWindowed,
    }),
  };
}

/** Its fields in GGUF metadata, to spread into a schema. */
export const ggufLaterGemmaFields = {
  ...ggufLlamaLikeFields,
  'attention.sliding_window': optional(z.int().nonnegative()),
  final_logit_softcapping: optional(z.number().positive()),
} as const;

type GgufLaterGemmaFields = GgufLlamaLikeFields & z.output<z.ZodObject<typeof ggufLaterGemmaFields>>;

/**
 * The same of a GGUF file; a window of 0 is none.
 *
 * @param generation.layersOf27B the number of layers by which llama.cpp tells the 27B model, whose attention has a scale of its own
 */
export function readGgufLaterGemma(
  fields: GgufLaterGemmaFields,
  description: GgufDescription,
  { type, isWindowed, layersOf27B }: Generation & { readonly layersOf27B: number },
): LaterGemmaConfig {
  const common = readGgufLlamaLike(type, fields, description);
  return {
    ...common,
    activation: 'geluTanh',
    attentionBias: false,
    attentionScale: ggufAttentionScale(common, layersOf27B),
    attentionSoftcap: null,
    finalSoftcap: fields.final_logit_softcapping ?? null,
    slidingWindows: readWindows(type, {
      layerTypes: undefined,
      window: fields['attention.sliding_window'] || null,
      layers: common.numHiddenLayers,
      isWindowed,
    }),
  };
}

/** GGUF files don't carry `query_pre_attn_scalar`: it is a head's size, or in the 27B models its share of the hidden states. */
function ggufAttentionScale(config: LlamaLikeConfig, layersOf27B: number): number {
  const { hiddenSize, numAttentionHeads, numHiddenLayers, headDim } = config;
  return (numHiddenLayers === layersOf27B ? hiddenSize / numAttentionHeads : headDim) ** -0.5;
}
