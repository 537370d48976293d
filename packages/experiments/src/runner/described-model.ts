import type { Traceable } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';

/** A model as it is known before any weight is read. */
export interface DescribedModel {
  readonly definition: Traceable;
  readonly config: DecoderConfig;
}
