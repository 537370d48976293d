import { z } from 'zod';
import { onlyField, optional } from './fields.js';
import { llamaLikeFields } from './llama-like.js';

/** What every generation of Gemma says in its config, to spread into its schema. */
export const gemmaFields = {
  ...llamaLikeFields,
  hidden_activation: llamaLikeFields.hidden_act,
  attention_bias: optional(z.boolean()),
  use_bidirectional_attention: onlyField(false, 'attention to later tokens'),
} as const;

/** What transformers fills in for fields that a config leaves out. */
export const gemmaDefaults = { head_dim: 256, rms_norm_eps: 1e-6, tie_word_embeddings: true } as const;
