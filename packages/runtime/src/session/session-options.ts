import type { Patch } from '@geodesic/backend';
import { GeodesicError, type LogitsChoice, type MergeSpecification, type Pass } from '@geodesic/compiler';

/** What a session computes; without any option, the model as it is. */
export interface SessionOptions {
  /** Token merging: one merge, or several behind rising layers, also as one record of lists. Without it the model runs as it is. */
  readonly merge?: MergeSpecification;
  /** Further passes, run behind the merges. */
  readonly passes?: readonly Pass[];
  /** Logits of each row's last token (default), of every slot, or of each prompt's last token and all that follow it. */
  readonly logits?: LogitsChoice;
  /** Names of values to read with every step, such as `layers.15.output` or `layers.15.merged`. */
  readonly capture?: readonly string[];
  /** Values to replace with every step. */
  readonly patch?: Readonly<Record<string, Patch>>;
}

/**
 * For callers without types: what would otherwise fail far from here, or silently mean something else.
 *
 * @throws GeodesicError `run.option`
 */
export function checkSessionOptions({ logits = 'last', capture = [], patch = {} }: SessionOptions): void {
  const refuse = (what: string) => new GeodesicError('run.option', `session: ${what}`);
  if (logits !== 'last' && logits !== 'all' && logits !== 'following')
    throw refuse(`logits must be 'last', 'all' or 'following', not '${String(logits)}'`);
  if (!Array.isArray(capture)) throw refuse('capture must be a list of names');
  for (const [name, change] of Object.entries(patch)) {
    if (typeof change !== 'function') throw refuse(`the patch of '${name}' must be a function`);
  }
}
