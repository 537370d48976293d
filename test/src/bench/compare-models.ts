import type { LanguageModel } from '@geodesic/runtime';
import { alternate, printComparison, type Side } from './alternate.js';
import { promptOf } from './prompt.js';

/** Tokens before a decoding step, and of a prompt. */
export const BEHIND = 128;
const PREFILLED = 256;

/** A model under the name that figures are printed with. */
export interface NamedModel {
  readonly name: string;
  readonly model: LanguageModel;
}

export type ModelPair = readonly [NamedModel, NamedModel];

/** A decoding step of two models in turns. `limit`: of the first's time in that of the second. */
export async function compareDecoding(
  pair: ModelPair,
  limit: number,
  { turns = 5, behind = BEHIND }: { readonly turns?: number; readonly behind?: number } = {},
): Promise<void> {
  const sessions = pair.map(({ model }) => model.session());
  for (const [i, { model }] of pair.entries())
    await sessions[i]?.prefill([promptOf(behind, model.config.vocabSize)]);
  const sides = pair.map(({ name }, i) => ({
    name,
    run: async () => void (await sessions[i]?.decode([[42]])),
  })) as unknown as [Side, Side];
  printComparison(`decoding behind ${behind} tokens`, sides, await alternate(sides, turns), limit);
  for (const session of sessions) session.dispose();
}

/** Prefill of two models in turns. */
export async function comparePrefill(pair: ModelPair, limit: number, turns = 3): Promise<void> {
  const sessions = pair.map(({ model }) => model.session());
  const sides = pair.map(({ name, model }, i) => ({
    name,
    run: async () => void (await sessions[i]?.prefill([promptOf(PREFILLED, model.config.vocabSize)])),
  })) as unknown as [Side, Side];
  printComparison(`prefill of ${PREFILLED} tokens`, sides, await alternate(sides, turns), limit);
  for (const session of sessions) session.dispose();
}
