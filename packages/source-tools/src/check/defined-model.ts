import type { Model } from '@geodesic/dsl';

/** A model of the user's source, with its weights, if it has any, left out. */
export class DefinedModel {
  constructor(
    /** Nothing where the tree can't be told, or is wrong. */
    readonly model: Model | undefined,
    readonly layerCount: number | undefined,
  ) {}
}
