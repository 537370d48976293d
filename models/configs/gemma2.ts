import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { withoutAliases } from '../reading/aliases.js';
import { optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLaterGemmaFields,
  type LaterGemmaConfig,
  laterGemmaDefaults,
  laterGemmaFields,
  laterGemmaInert,
  readGgufLaterGemma,
  readLaterGemma,
} from '../reading/later-gemma.js';

export type Gemma2Config = LaterGemmaConfig;

/** The first layer has a window, the second sees everything, and so on. */
const generation = { type: 'gemma2', isWindowed: (layer: number) => layer % 2 === 0 };

const huggingFaceFields = z.object(laterGemmaFields);

/** What transformers, and llama.cpp alike, fill in for fields that a file leaves out. */
const softcaps = { attn_logit_softcapping: 50, final_logit_softcapping: 30 } as const;
const defaults = { ...laterGemmaDefaults, ...softcaps, max_position_embeddings: 8192 } as const;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Gemma2Config {
  const named = withoutAliases('gemma2', config, { sliding_window_size: 'sliding_window' });
  const given = { ...defaults, ...named };
  return readLaterGemma(readFields('gemma2', huggingFaceFields, given, laterGemmaInert), generation);
}

const ggufFields = z.object({
  ...ggufLaterGemmaFields,
  attn_logit_softcapping: optional(z.number().positive()),
});

export function readGguf(description: GgufDescription): Gemma2Config {
  const fields = readGgufFields('gemma2', ggufFields, description.metadata);
  const window = fields['attention.sliding_window'] ?? defaults.sliding_window;
  const filled = { ...fields, 'attention.sliding_window': window };
  const config = readGgufLaterGemma(filled, description, { ...generation, layersOf27B: 46 });
  return {
    ...config,
    attentionSoftcap: fields.attn_logit_softcapping ?? softcaps.attn_logit_softcapping,
    finalSoftcap: config.finalSoftcap ?? softcaps.final_logit_softcapping,
  };
}
