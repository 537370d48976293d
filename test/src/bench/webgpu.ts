import { composedLowering, type Device } from '@geodesic/backend';
import { findAdapter } from '@geodesic/backend-webgpu';
import type { LanguageModel } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { alternate, printComparison, type Side } from './alternate.js';
import { describeMachine } from './machine.js';

const MODEL = 'smollm2-135m-instruct';
const BEHIND = 128;
const PREFILLED = 256;
/** Of the time that composed ops take: a third, and two thirds. */
const MOST = { decode: 0.333, prefill: 0.667 };

/** SmolLM2 on webgpu: kernels of our own against ordinary tfjs ops, on the same device and with the same weights. */
export async function benchWebgpu(): Promise<void> {
  process.stdout.write(`${describeMachine()}; adapter: ${(await findAdapter())?.description}\n`);
  const device = await openBackend('webgpu');
  const kernels = await (await openModel(MODEL)).load(device);
  const { packing: _, ...unpacked } = device;
  const composed = await (await openModel(MODEL)).load({ ...unpacked, lowering: composedLowering });
  const models = [kernels, composed] as const;
  await countDispatches(models);
  await benchDecode(models);
  await benchPrefill(models);
  await device.checkErrors();
  for (const model of models) model.dispose();
}

type Models = readonly [kernels: LanguageModel, composed: LanguageModel];
const NAMES = ['kernels', 'composed'] as const;

async function countDispatches(models: Models): Promise<void> {
  for (const [i, model] of models.entries()) {
    const session = model.session();
    await session.prefill([promptOf(BEHIND, model)]);
    const count = dispatchesOf(model.device);
    await session.decode([[42]]);
    const { numHiddenLayers } = model.config;
    process.stdout.write(
      `${NAMES[i]}: ${count.read()} dispatches a decoding step, ${(count.read() / numHiddenLayers).toFixed(1)} a layer\n`,
    );
    count.stop();
    session.dispose();
  }
}

/** Counts the programs that tfjs records, until it is stopped. */
function dispatchesOf({ tf, name }: Device): { read(): number; stop(): void } {
  const backend = tf.findBackend(name) as unknown as { runWebGPUProgram(...operands: unknown[]): unknown };
  const original = backend.runWebGPUProgram;
  let count = 0;
  backend.runWebGPUProgram = function (...operands) {
    count++;
    return original.apply(this, operands);
  };
  return {
    read: () => count,
    stop() {
      backend.runWebGPUProgram = original;
    },
  };
}

async function benchDecode(models: Models): Promise<void> {
  const sessions = models.map((model) => model.session());
  for (const [i, session] of sessions.entries()) {
    await session.prefill([promptOf(BEHIND, models[i] as LanguageModel)]);
  }
  const sides = sessions.map((session, i) => ({
    name: NAMES[i] as string,
    run: async () => void (await session.decode([[42]])),
  })) as unknown as [Side, Side];
  printComparison(`decoding behind ${BEHIND} tokens`, sides, await alternate(sides, 5), MOST.decode);
  for (const session of sessions) session.dispose();
}

async function benchPrefill(models: Models): Promise<void> {
  const sessions = models.map((model) => model.session());
  const sides = sessions.map((session, i) => ({
    name: NAMES[i] as string,
    run: async () => void (await session.prefill([promptOf(PREFILLED, models[i] as LanguageModel)])),
  })) as unknown as [Side, Side];
  printComparison(`prefill of ${PREFILLED} tokens`, sides, await alternate(sides, 3), MOST.prefill);
  for (const session of sessions) session.dispose();
}

/** Token ids that differ, so that no two states are alike; what they say does not matter to the time. */
function promptOf(length: number, { config }: LanguageModel): number[] {
  return Array.from({ length }, (_, i) => (i * 7919 + 13) % config.vocabSize);
}
