import type { TensorMap } from '../architecture.js';
import { moduleTensors } from './tensors.js';

/** What Hugging Face checkpoints call the modules outside the layers. */
export interface OuterModules {
  readonly embed: string;
  readonly norm: string;
  /** Default: `lm_head`. */
  readonly head?: string;
}

/** Embedding, last norm and head, under an architecture's own names of them. */
export function namedOuterTensors({ embed, norm, head = 'lm_head' }: OuterModules): TensorMap {
  return {
    ...moduleTensors('embed', { huggingFace: embed, gguf: 'token_embd' }),
    ...moduleTensors('norm', { huggingFace: norm, gguf: 'output_norm' }),
    ...moduleTensors('head', { huggingFace: head, gguf: 'output' }),
  };
}

/** Embedding, last norm and head where most checkpoints of decoders have them. */
export const outerTensors: TensorMap = namedOuterTensors({ embed: 'model.embed_tokens', norm: 'model.norm' });
