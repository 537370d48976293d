import { weightBytes } from '@geodesic/backend';
import { findAdapter, poolOf } from '@geodesic/backend-webgpu';
import { graphCost, promptBindings } from '@geodesic/compiler';
import type { LanguageModel, Session } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { withoutKernels } from '../webgpu/with-kernels.js';
import { alternate, median, printComparison, type Side } from './alternate.js';
import { BEHIND, compareDecoding, comparePrefill, PREFILLED } from './compare-models.js';
import { countDispatches } from './count-dispatches.js';
import { verdict } from './limit.js';
import { describeMachine } from './machine.js';
import { promptOf } from './prompt.js';

const MODEL = 'smollm2-135m-instruct';
const CACHED = 2048;
const MERGE = { afterLayer: 15 };
/** Of the time that composed ops take: a third, and two thirds. */
const MOST = { decode: 0.333, prefill: 0.667, dispatches: 8, milliseconds: 5, megabytes: 160 };

/** SmolLM2 on webgpu: plans of fused kernels on packed weights against ordinary tfjs ops on float32 ones, on the same device. */
export async function benchWebgpu(): Promise<void> {
  print(`${describeMachine()}; adapter: ${(await findAdapter())?.description}`);
  const device = await openBackend('webgpu');
  const planned = await (await openModel(MODEL)).load(device);
  await reportMemory(planned);
  await reportJavaScript(planned);
  await benchMerged(planned);
  const composed = await (await openModel(MODEL)).load(withoutKernels(device), { weights: 'float32' });
  const pair = [
    { name: 'planned', model: planned },
    { name: 'composed', model: composed },
  ] as const;
  for (const { name, model } of pair) await reportDispatches(name, model);
  await compareDecoding(pair, MOST.decode);
  await comparePrefill(pair, MOST.prefill);
  await device.checkErrors();
  for (const { model } of pair) model.dispose();
}

/** What the device holds while it decodes, with the cache as it is and as it would be at its full length. */
async function reportMemory(model: LanguageModel): Promise<void> {
  const session = await begun(model, BEHIND);
  await session.decode([[42]]);
  const { bytes } = poolOf(model.device.tf.findBackend(model.device.name)).inUse;
  const weights = [...model.parameters.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  const perToken = session.kvCacheBytes / (session.lengths[0] as number);
  const room = Math.ceil((session.lengths[0] as number) / BEHIND) * BEHIND * perToken;
  const full = (bytes - room + CACHED * perToken) / 1e6;
  print(
    `memory: ${(weights / 1e6).toFixed(1)} MB of weights, ${(bytes / 1e6).toFixed(1)} MB in all behind ${session.lengths[0]} tokens, ` +
      `${full.toFixed(1)} MB with a cache of ${CACHED} (${verdict(full, MOST.megabytes)})`,
  );
  session.dispose();
}

/** From the call of a step to its submit: all that JavaScript does before the device has something to do. */
async function reportJavaScript(model: LanguageModel): Promise<void> {
  const { queue } = (model.device.tf.findBackend(model.device.name) as unknown as { device: GPUDevice })
    .device;
  const submit = queue.submit.bind(queue);
  let submitted = 0;
  queue.submit = (commands) => {
    submit(commands);
    // Reading the logits submits a copy of them later, while the device computes.
    submitted ||= performance.now();
  };
  const session = await begun(model, BEHIND);
  const times: number[] = [];
  for (let step = 0; step < 30; step++) {
    submitted = 0;
    const start = performance.now();
    await session.decode([[42]]);
    times.push(submitted - start);
  }
  queue.submit = submit;
  session.dispose();
  print(
    `JavaScript a decoded token: ${median(times).toFixed(1)} ms (${verdict(median(times), MOST.milliseconds)})`,
  );
}

async function reportDispatches(name: string, model: LanguageModel): Promise<void> {
  const session = await begun(model, BEHIND);
  const count = await countDispatches(() => session.decode([[42]]));
  const aLayer = count / model.config.numHiddenLayers;
  const limit = name === 'planned' ? ` (${verdict(Math.floor(aLayer), MOST.dispatches)})` : '';
  print(`${name}: ${count} dispatches a decoding step, ${aLayer.toFixed(1)} a layer${limit}`);
  session.dispose();
}

/** How much of the gain that the cost model promises merging has: 1 − merged / base, of operations and of time. */
async function benchMerged(model: LanguageModel): Promise<void> {
  const prompt = [promptOf(PREFILLED, model.config.vocabSize)];
  const [merged, base] = [model.session({ merge: MERGE }), model.session()];
  const sides: [Side, Side] = [
    { name: 'merged', run: async () => void (await merged.prefill(prompt)) },
    { name: 'base', run: async () => void (await base.prefill(prompt)) },
  ];
  const flops = [merged, base].map(
    ({ program }) => graphCost(program.prefill, promptBindings(program.prefill, PREFILLED)).flops,
  ) as [number, number];
  const promised = flops[0] / flops[1];
  const most = 1 - 0.9 * (1 - promised);
  const times = await alternate(sides, 3);
  printComparison(
    `prefill of ${PREFILLED} tokens, merged after ${MERGE.afterLayer}, promised ${promised.toFixed(3)}`,
    sides,
    times,
    Number(most.toFixed(3)),
  );
  merged.dispose();
  base.dispose();
}

async function begun(model: LanguageModel, length: number): Promise<Session> {
  const session = model.session();
  await session.prefill([promptOf(length, model.config.vocabSize)]);
  return session;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
