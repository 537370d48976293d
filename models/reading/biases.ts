import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { optional } from './fields.js';

/** Which projections have biases. */
export interface BiasConfig {
  readonly attentionBias: boolean;
  readonly mlpBias: boolean;
}

/** How Hugging Face configs say so, to spread into a schema. */
export const biasFields = {
  attention_bias: optional(z.boolean()),
  mlp_bias: optional(z.boolean()),
} as const;

/** What configs leave out there is none of. */
export function readBiases(fields: z.output<z.ZodObject<typeof biasFields>>): BiasConfig {
  return { attentionBias: fields.attention_bias ?? false, mlpBias: fields.mlp_bias ?? false };
}

/** GGUF metadata doesn't say it: the first layer's tensors do. */
export function readGgufBiases({ tensorNames }: GgufDescription): BiasConfig {
  return {
    attentionBias: tensorNames.includes('blk.0.attn_q.bias'),
    mlpBias: tensorNames.includes('blk.0.ffn_up.bias'),
  };
}
