import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '@geodesic/backend';
import type { SlerpMergeOptions } from '@geodesic/compiler';
import { modelFromHuggingFace } from '@geodesic/models';
import type { LanguageModel } from '@geodesic/runtime';
import { emitModule } from '@geodesic/source-tools/emit';
import type { Tensor } from '@tensorflow/tfjs-core';
import { withSession } from '../properties/random-llama.js';
import { GOLDENS } from '../read-golden.js';

export type Rows = readonly (readonly number[])[];
type Config = Readonly<Record<string, unknown>>;

/** A module that `emitModule` writes. */
export interface EmittedModule {
  /** Shapes by path; `{i}` is the index of a layer. */
  readonly WEIGHTS: Readonly<Record<string, readonly number[]>>;
  prefill(
    weights: LanguageModel['parameters'],
    rows: Rows,
    protectedTokens?: readonly ArrayLike<number>[],
  ): EmittedStep;
  decode(weights: LanguageModel['parameters'], rows: Rows, caches: EmittedStep['caches']): EmittedStep;
  dispose(caches: EmittedStep['caches']): void;
}

interface EmittedStep {
  readonly logits: Tensor;
  readonly caches: { readonly lengths: readonly number[] };
}

/** A prompt of two rows of different lengths, and steps of one and of several tokens behind it. */
export const PROMPT: Rows = [
  [5, 9, 3, 7, 1, 8, 2, 6, 4, 11, 13],
  [4, 8, 12, 6, 3, 1, 9],
];
const FURTHER: readonly Rows[] = [
  [[7, 2], [5]],
  [[3], [10]],
];

export function tinyConfig(name: string): Config {
  return JSON.parse(readFileSync(join(GOLDENS, name, 'config.json'), 'utf8')) as Config;
}

export function emittedSource(config: Config, merges: readonly SlerpMergeOptions[]): string {
  const resolved = modelFromHuggingFace(config);
  return emitModule({ model: resolved.model, config: resolved.config, merges });
}

/** Logits of all steps by the compiled program. */
export function sessionLogits(
  model: LanguageModel,
  merge: readonly SlerpMergeOptions[],
): Promise<ArrayLike<number>[]> {
  return withSession(model, { merge }, async (session) => {
    const steps = [await session.prefill(PROMPT)];
    for (const rows of FURTHER) steps.push(await session.decode(rows));
    return steps.map(({ logits }) => logits.data);
  });
}

/** The same by an emitted module; what it made is freed. */
export async function emittedLogits(
  module: EmittedModule,
  { parameters }: LanguageModel,
  device: Device,
  protectedTokens?: readonly ArrayLike<number>[],
): Promise<ArrayLike<number>[]> {
  device.activate();
  const steps = [module.prefill(parameters, PROMPT, protectedTokens)];
  for (const rows of FURTHER)
    steps.push(module.decode(parameters, rows, (steps.at(-1) as EmittedStep).caches));
  const logits = await Promise.all(steps.map((step) => step.logits.data().then((data) => data.slice())));
  for (const step of steps) {
    step.logits.dispose();
    module.dispose(step.caches);
  }
  return logits;
}
