import type { LanguageModel, SessionOptions, StepResult } from '@geodesic/runtime';
import type { Variant } from '../grid/cell.js';
import { PrefillCost } from './prefill-cost.js';

/** A model at work on one row, as a variant runs it. */
export interface VariantRun {
  /** Forgets what came before. Ids of at least one token. */
  prefill(ids: readonly number[]): Promise<StepResult>;
  decode(ids: readonly number[]): Promise<StepResult>;
  /** As `prefill` and `decode`, for several rows together. */
  prefillRows(rows: readonly (readonly number[])[]): Promise<StepResult>;
  decodeRows(rows: readonly (readonly number[])[]): Promise<StepResult>;
  /** Bytes of cached keys and values. */
  readonly kvCacheBytes: number;
  /** FLOPs of a prefill of so many tokens that merged as this step says, with the logits of the last one. */
  flopsOf(step: StepResult, length: number): number;
  dispose(): void;
}

/** Opens a variant of a model; the caller disposes it. */
export function openVariant(
  model: LanguageModel,
  { merge }: Variant,
  logits: NonNullable<SessionOptions['logits']>,
): VariantRun {
  const session = model.session({ logits, ...(merge && { merge }) });
  let cost: PrefillCost | undefined;
  return {
    prefill: (ids) => session.prefill([ids]),
    decode: (ids) => session.decode([ids]),
    prefillRows: (rows) => session.prefill(rows),
    decodeRows: (rows) => session.decode(rows),
    get kvCacheBytes() {
      return session.kvCacheBytes;
    },
    flopsOf(step, length) {
      cost ??= new PrefillCost(model.definition, merge);
      return cost.flopsOf(step.merges, length);
    },
    dispose: () => session.dispose(),
  };
}

/**
 * The base beside a variant. It is opened when it is first needed: where all that it would say is known, its program is not even
 * compiled.
 */
export class RunPair {
  readonly variant: VariantRun;
  readonly #openBase: () => VariantRun;
  #base: VariantRun | undefined;

  constructor(model: LanguageModel, variant: Variant, logits: NonNullable<SessionOptions['logits']>) {
    this.variant = openVariant(model, variant, logits);
    this.#openBase = () => (isBase(variant) ? this.variant : openVariant(model, BASE, logits));
  }

  get base(): VariantRun {
    this.#base ??= this.#openBase();
    return this.#base;
  }

  dispose(): void {
    if (this.#base !== this.variant) this.#base?.dispose();
    this.variant.dispose();
  }
}

/** The model as it is. */
export const BASE: Variant = { label: 'base' };

export function isBase({ merge, baseline }: Variant): boolean {
  return merge === undefined && baseline === undefined;
}
