import type { Patch } from '@geodesic/backend';
import {
  GeodesicError,
  type LogitsChoice,
  type MergeSpecification,
  optionFault,
  type Pass,
} from '@geodesic/compiler';

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

const OPTIONS: Readonly<Record<keyof SessionOptions, true>> = {
  merge: true,
  passes: true,
  logits: true,
  capture: true,
  patch: true,
};

/**
 * For callers without types: what would otherwise fail far from here, or silently mean something else.
 *
 * @throws GeodesicError `run.option`
 */
export function checkSessionOptions(options: SessionOptions): void {
  const refuse = (what: string) => new GeodesicError('run.option', `session: ${what}`);
  const fault = optionFault(options, OPTIONS);
  if (fault !== undefined) throw refuse(fault);
  const { logits = 'last', passes = [], capture = [], patch = {} } = options;
  if (logits !== 'last' && logits !== 'all' && logits !== 'following')
    throw refuse(`logits must be 'last', 'all' or 'following', not '${String(logits)}'`);
  if (!Array.isArray(capture) || capture.some((name) => typeof name !== 'string'))
    throw refuse('capture must be a list of names');
  if (!Array.isArray(passes)) throw refuse('passes must be a list of passes');
  if (passes.some((pass) => pass?.remerges))
    throw refuse(
      'a merge that goes on (stream) among the passes would merge prompts alone: give it as merge',
    );
  if (typeof patch !== 'object' || patch === null || patch instanceof Map)
    throw refuse('patch must be a record of functions by the name of the value');
  for (const [name, change] of Object.entries(patch)) {
    if (typeof change !== 'function') throw refuse(`the patch of '${name}' must be a function`);
  }
}
