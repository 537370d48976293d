/** The causal mask, and what it filled in, that exporters of GPT models wrote into every layer's attention. */
export const MASK_BUFFERS = /\.(attn|attention)\.((masked_)?bias|causal_mask)$/;
