import type { ActivationName } from '@geodesic/dsl';
import { z } from 'zod';
import { withoutAliases } from '../reading/aliases.js';
import type { AttentionDecoderConfig } from '../reading/decoder.js';
import {
  activationField,
  describeConfig,
  fieldError,
  headCount,
  layerCount,
  optional,
  positiveInteger,
  readFields,
} from '../reading/fields.js';
import { GPT_INERT_FIELDS } from '../reading/gpt.js';
import { readMultiHead } from '../reading/multi-head.js';

export interface GptNeoConfig extends AttentionDecoderConfig {
  readonly activation: ActivationName;
  readonly layerNormEps: number;
  /** For each layer: a token sees fewer than this many positions back; null sees all. */
  readonly slidingWindows: readonly (number | null)[];
}

const attentionType = z.enum(['global', 'local']);

const huggingFaceFields = z.object({
  vocab_size: positiveInteger,
  hidden_size: positiveInteger,
  intermediate_size: optional(positiveInteger),
  num_layers: layerCount,
  num_heads: headCount,
  max_position_embeddings: positiveInteger,
  tie_word_embeddings: optional(z.boolean()),
  activation_function: activationField,
  layer_norm_epsilon: optional(z.number().nonnegative()),
  window_size: optional(positiveInteger),
  /** Runs of layers: the types of each run, and how often it is repeated. */
  attention_types: optional(z.array(z.tuple([z.array(attentionType), z.int().nonnegative()]))),
  /** The same, layer by layer; transformers computes it from `attention_types`. */
  attention_layers: optional(z.array(attentionType)),
});

type Fields = z.output<typeof huggingFaceFields>;

const ALIASES = { num_attention_heads: 'num_heads', num_hidden_layers: 'num_layers' } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): GptNeoConfig {
  const named = withoutAliases('gpt_neo', config, ALIASES);
  const fields = readFields('gpt_neo', huggingFaceFields, named, GPT_INERT_FIELDS);
  const sizes = {
    vocabSize: fields.vocab_size,
    hiddenSize: fields.hidden_size,
    intermediateSize: fields.intermediate_size,
    numHiddenLayers: fields.num_layers,
    numAttentionHeads: fields.num_heads,
    maxPositionEmbeddings: fields.max_position_embeddings,
    tieWordEmbeddings: fields.tie_word_embeddings ?? true,
  };
  return {
    ...readMultiHead('gpt_neo', { hiddenSize: 'hidden_size', numAttentionHeads: 'num_heads' }, sizes),
    activation: fields.activation_function ?? 'geluTanh',
    layerNormEps: fields.layer_norm_epsilon ?? 1e-5,
    slidingWindows: attentionTypes(fields).map((type) =>
      type === 'local' ? (fields.window_size ?? 256) : null,
    ),
  };
}

function attentionTypes({ attention_types, attention_layers, num_layers }: Fields) {
  const runs = attention_types ?? [[['global', 'local'], 12] as const];
  const what = describeConfig('gpt_neo');
  // Counted before it is written out, which a wrong count would fill all memory with.
  const count = runs.reduce((sum, [run, times]) => sum + run.length * times, 0);
  if (count !== num_layers) {
    throw fieldError(what, 'attention_types', `${count} types for ${num_layers} layers`);
  }
  const types = runs.flatMap(([run, times]) => Array.from({ length: times }, () => run).flat());
  if (attention_layers !== undefined && attention_layers.join() !== types.join()) {
    throw fieldError(what, 'attention_layers', "not the layers that 'attention_types' says");
  }
  return types;
}
