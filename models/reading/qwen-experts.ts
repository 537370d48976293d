import { z } from 'zod';
import { type ExpertsConfig, ggufExpertFields, readExperts, readGgufExperts } from './experts.js';
import { optional, positiveInteger } from './fields.js';
import { ggufLlamaLikeFields } from './llama-like.js';
import { readSparseLayers, sparseLayerFields } from './sparse-layers.js';

/** What the configs of Qwen's mixtures of experts say of those. */
export interface QwenExpertsConfig extends ExpertsConfig {
  /** Features inside each expert; `intermediateSize` is that of the MLP in layers without a mixture. */
  readonly moeIntermediateSize: number;
  /** Whether the probabilities of the experts that a token goes to are scaled to a sum of 1. */
  readonly normTopkProb: boolean;
  /** One a layer: whether it has a mixture of experts, or one MLP. */
  readonly sparseLayers: readonly boolean[];
}

/** Their fields in Hugging Face configs, to spread into a schema. */
export const qwenExpertFields = {
  ...sparseLayerFields,
  num_experts: positiveInteger,
  num_experts_per_tok: positiveInteger,
  moe_intermediate_size: positiveInteger,
  norm_topk_prob: optional(z.boolean()),
} as const;

type QwenExpertFields = z.output<z.ZodObject<typeof qwenExpertFields>>;

/** @throws GeodesicError as `readExperts` */
export function readQwenExperts(
  type: string,
  fields: QwenExpertFields & { readonly num_hidden_layers: number },
): QwenExpertsConfig {
  return {
    ...readExperts(type, 'num_experts', fields),
    moeIntermediateSize: fields.moe_intermediate_size,
    normTopkProb: fields.norm_topk_prob ?? false,
    sparseLayers: readSparseLayers(fields, fields.num_hidden_layers),
  };
}

/** The fields of GGUF metadata, to spread into a schema. */
export const ggufQwenExpertFields = {
  ...ggufLlamaLikeFields,
  ...ggufExpertFields,
  expert_feed_forward_length: optional(positiveInteger),
} as const;

type GgufQwenExpertFields = z.output<z.ZodObject<typeof ggufQwenExpertFields>>;

/**
 * llama.cpp has a mixture in every layer, and each of its architectures its own answer to whether probabilities are scaled.
 *
 * @throws GeodesicError as `readExperts`
 */
export function readGgufQwenExperts(
  type: string,
  fields: GgufQwenExpertFields,
  normTopkProb: boolean,
): QwenExpertsConfig {
  const experts = readGgufExperts(type, fields);
  const share = Math.floor(fields.feed_forward_length / experts.numExpertsPerToken);
  return {
    ...experts,
    moeIntermediateSize: fields.expert_feed_forward_length ?? share,
    normTopkProb,
    sparseLayers: Array.from({ length: fields.block_count }, () => true),
  };
}
