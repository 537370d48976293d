import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import type { AttentionDecoderConfig } from '../reading/decoder.js';
import {
  activationField,
  headCount,
  layerCount,
  onlyField,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { readMultiHead } from '../reading/multi-head.js';

export interface OptConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  /** Features of the embedding's vectors, which are projected to the hidden size where they differ. */
  readonly embeddingSize: number;
  /** Whether norms stand before attention and MLP, or behind their residuals (350M). */
  readonly normsBefore: boolean;
  readonly finalNorm: boolean;
  /** Whether norms have learned weights and biases. */
  readonly learnedNorms: boolean;
  readonly bias: boolean;
}

const huggingFaceFields = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  ffn_dim: positiveInteger,
  num_hidden_layers: layerCount,
  num_attention_heads: headCount,
  max_position_embeddings: positiveInteger,
  word_embed_proj_dim: optional(positiveInteger),
  tie_word_embeddings: optional(z.boolean()),
  activation_function: activationField,
  do_layer_norm_before: optional(z.boolean()),
  _remove_final_layer_norm: optional(z.boolean()),
  layer_norm_elementwise_affine: optional(z.boolean()),
  enable_bias: optional(z.boolean()),
  // Galactica's configs write them out.
  learned_embeddings: onlyField(true, 'an embedding of another kind'),
  scale_embeddings: onlyField(false, 'a scale of the embedding'),
});

export function readHuggingFace(config: Readonly<Record<string, unknown>>): OptConfig {
  const fields = readFields('opt', huggingFaceFields, config, ['gradient_checkpointing', 'init_std']);
  const normsBefore = fields.do_layer_norm_before ?? true;
  const sizes = {
    vocabSize: fields.vocab_size,
    hiddenSize: fields.hidden_size,
    intermediateSize: fields.ffn_dim,
    numHiddenLayers: fields.num_hidden_layers,
    numAttentionHeads: fields.num_attention_heads,
    maxPositionEmbeddings: fields.max_position_embeddings,
    tieWordEmbeddings: fields.tie_word_embeddings ?? true,
  };
  return {
    ...readMultiHead('opt', { hiddenSize: 'hidden_size', numAttentionHeads: 'num_attention_heads' }, sizes),
    activation: fields.activation_function ?? 'relu',
    embeddingSize: fields.word_embed_proj_dim ?? fields.hidden_size,
    normsBefore,
    finalNorm: normsBefore && !fields._remove_final_layer_norm,
    learnedNorms: fields.layer_norm_elementwise_affine ?? true,
    bias: fields.enable_bias ?? true,
  };
}
