import type { ResolvedModel } from '@geodesic/models';
import type { LanguageModel } from '@geodesic/runtime';
import type { Tokenizer } from '@geodesic/weights';

/** A model that was found and described; its weights are read when a picture needs its states. */
export interface ViewedModel {
  readonly name: string;
  readonly resolved: ResolvedModel;
  /** Nothing where the model has none. */
  readonly tokenizer: Tokenizer | undefined;
  load(): Promise<LanguageModel>;
}
