import { z } from 'zod';
import { optional, positiveInteger } from './fields.js';

/** How Qwen's configs say which layers have a mixture of experts, to spread into a schema. */
export const sparseLayerFields = {
  decoder_sparse_step: optional(positiveInteger),
  mlp_only_layers: optional(z.array(z.int().nonnegative())),
} as const;

type SparseLayerFields = z.output<z.ZodObject<typeof sparseLayerFields>>;

/** Whether each layer has one: every `decoder_sparse_step`-th, but for those that `mlp_only_layers` names. */
export function readSparseLayers(fields: SparseLayerFields, layers: number): boolean[] {
  const { decoder_sparse_step: step = 1, mlp_only_layers: dense = [] } = fields;
  return Array.from({ length: layers }, (_, i) => (i + 1) % step === 0 && !dense.includes(i));
}
