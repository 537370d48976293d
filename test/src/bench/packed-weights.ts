import { weightBytes } from '@geodesic/backend';
import { findAdapter } from '@geodesic/backend-webgpu';
import type { LanguageModel, WeightStorage } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { alternate, printComparison, type Side } from './alternate.js';
import { describeMachine } from './machine.js';
import { promptOf } from './prompt.js';

const BEHIND = 128;
const PREFILLED = 256;
/** Packed weights must at least be no slower. */
const LIMIT = 1;
const STORAGES = ['packed', 'float32'] as const;

/**
 * A model on webgpu with packed against float32 weights, on the same device: bytes of weights, a decoding step, and prefill.
 * `npm run bench -- packed-weights [MODEL]`.
 */
export async function benchPackedWeights(): Promise<void> {
  const name = process.argv[3] ?? 'smollm2-135m-instruct';
  process.stdout.write(`${describeMachine()}; adapter: ${(await findAdapter())?.description}\n`);
  const models = [await load(name, 'packed'), await load(name, 'float32')] as const;
  await benchDecode(models);
  await benchPrefill(models);
  await models[0].device.checkErrors();
  for (const model of models) model.dispose();
}

async function load(name: string, weights: WeightStorage): Promise<LanguageModel> {
  const device = await openBackend('webgpu');
  const start = performance.now();
  const model = await (await openModel(name)).load(device, { weights });
  const bytes = [...model.parameters.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `${name}, ${weights}: ${(bytes / 1e6).toFixed(1)} MB of weights, loaded in ${seconds.toFixed(1)} s\n`,
  );
  return model;
}

type Models = readonly [packed: LanguageModel, float32: LanguageModel];

async function benchDecode(models: Models): Promise<void> {
  const sessions = models.map((model) => model.session());
  for (const [i, session] of sessions.entries()) {
    await session.prefill([promptOf(BEHIND, (models[i] as LanguageModel).config.vocabSize)]);
  }
  const sides = sessions.map((session, i) => ({
    name: STORAGES[i] as string,
    run: async () => void (await session.decode([[42]])),
  })) as unknown as [Side, Side];
  printComparison(`decoding behind ${BEHIND} tokens`, sides, await alternate(sides, 7), LIMIT);
  for (const session of sessions) session.dispose();
}

async function benchPrefill(models: Models): Promise<void> {
  const sessions = models.map((model) => model.session());
  const sides = sessions.map((session, i) => ({
    name: STORAGES[i] as string,
    run: async () =>
      void (await session.prefill([promptOf(PREFILLED, (models[i] as LanguageModel).config.vocabSize)])),
  })) as unknown as [Side, Side];
  printComparison(`prefill of ${PREFILLED} tokens`, sides, await alternate(sides, 3), LIMIT);
  for (const session of sessions) session.dispose();
}
