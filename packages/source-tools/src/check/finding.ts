import type { SourcePlace } from '../project/source-place.js';

/** Something that is wrong with a user's source, or, as a warning, that may be meant. */
export interface Finding extends SourcePlace {
  readonly severity: 'error' | 'warning';
  /** Stable, as of a `GeodesicError`: what compiling would throw has the code that it would be thrown with. */
  readonly code: string;
  readonly message: string;
}
