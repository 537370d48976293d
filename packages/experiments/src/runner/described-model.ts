import type { Traceable } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';
import type { Tokenizer } from '@geodesic/weights';

/** A model as it is known before any weight is read. */
export interface DescribedModel {
  readonly definition: Traceable;
  readonly config: DecoderConfig;
  /** With it, whether tasks fit into lengths and texts is known before anything runs. */
  readonly tokenizer?: Tokenizer | undefined;
}
