import { weightBytes } from '@geodesic/backend';
import { type BufferPool, findAdapter, poolOf } from '@geodesic/backend-webgpu';
import { graphCost, promptBindings, type SlerpMergeOptions } from '@geodesic/compiler';
import type { LanguageModel, Session } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { withoutKernels } from '../webgpu/with-kernels.js';
import { alternate, median, printComparison, type Side } from './alternate.js';
import { BEHIND, compareDecoding, comparePrefill } from './compare-models.js';
import { countDispatches } from './count-dispatches.js';
import { verdict } from './limit.js';
import { describeMachine } from './machine.js';
import { promptOf } from './prompt.js';

const MODEL = 'smollm2-135m-instruct';
const CACHED = 2048;
/** Tokens of a step that fills the cache: few enough that no weight is unpacked for it, as none is in decoding. */
const STEP = 4;
/** Nothing is protected: the cost model's promise is for all pairs, and the prompt's random tokens would be spared more than prose is. */
const MERGE: SlerpMergeOptions = { afterLayer: 15, protect: [] };
/** Tokens of prompts that merge: of the shorter one's time, what merging leaves as it is takes the larger share. */
const MERGED_LENGTHS = [256, 512] as const;
/** Pairs of prefills that merging is judged by: one by one they scatter by a quarter. */
const MERGED_TURNS = 9;
/** Steps until the engine has compiled what a step runs. */
const WARM_STEPS = 50;
/** Of the time that composed ops take: a third, and two thirds. */
const MOST = { decode: 0.333, prefill: 0.667, dispatches: 8, milliseconds: 5, megabytes: 160 };

/** SmolLM2 on webgpu: plans of fused kernels on packed weights against ordinary tfjs ops on float32 ones, on the same device. */
export async function benchWebgpu(): Promise<void> {
  print(`${describeMachine()}; adapter: ${(await findAdapter())?.description}`);
  const device = await openBackend('webgpu');
  const planned = await (await openModel(MODEL)).load(device);
  await reportMemory(planned);
  await reportJavaScript(planned);
  for (const length of MERGED_LENGTHS) await benchMerged(planned, length);
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

/** What the device holds behind a few tokens and at the full length of the cache, and the most that it held on the way there. */
async function reportMemory(model: LanguageModel): Promise<void> {
  const { device, parameters, config, cache } = model;
  const pool = poolOf(device.tf.findBackend(device.name));
  const mostOf = watchMost(pool);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const weights = [...parameters.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  const session = await begun(model, BEHIND);
  await session.decode([[42]]);
  const begunBytes = pool.inUse.bytes;
  for (let length = BEHIND + 1; length < CACHED - 1; length += STEP) {
    await session.decode([promptOf(Math.min(STEP, CACHED - 1 - length), config.vocabSize)]);
  }
  await session.decode([[42]]);
  const [full, most] = [pool.inUse.bytes / 1e6, mostOf() / 1e6];
  print(
    `memory: ${megabytes(weights)} MB of weights, ${megabytes(begunBytes)} MB in all behind ${BEHIND + 1} tokens; with a cache of ${session.lengths[0]} (${cache}, ` +
      `${megabytes(session.kvCacheBytes)} MB) ${full.toFixed(1)} MB (${verdict(full, MOST.megabytes)}), at most ${most.toFixed(1)} MB since it was empty (${verdict(most, MOST.megabytes)})`,
  );
  session.dispose();
}

/** Watches the most bytes that a pool has, used or free; what it gives ends that, and says how many. */
function watchMost(pool: BufferPool): () => number {
  const { acquireBuffer } = pool;
  let most = 0;
  pool.acquireBuffer = (...args) => {
    const buffer = acquireBuffer.apply(pool, args);
    most = Math.max(most, pool.numBytesAllocated);
    return buffer;
  };
  return () => {
    pool.acquireBuffer = acquireBuffer;
    return most;
  };
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
  for (let step = 0; step < WARM_STEPS; step++) await session.decode([[42]]);
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
async function benchMerged(model: LanguageModel, length: number): Promise<void> {
  const prompt = [promptOf(length, model.config.vocabSize)];
  const [merged, base] = [model.session({ merge: MERGE }), model.session()];
  const sides: [Side, Side] = [
    { name: 'merged', run: async () => void (await merged.prefill(prompt)) },
    { name: 'base', run: async () => void (await base.prefill(prompt)) },
  ];
  const flops = [merged, base].map(
    ({ program }) => graphCost(program.prefill, promptBindings(program.prefill, length)).flops,
  ) as [number, number];
  const promised = flops[0] / flops[1];
  const most = 1 - 0.9 * (1 - promised);
  const times = await alternate(sides, MERGED_TURNS);
  printComparison(
    `prefill of ${length} tokens, merged after ${MERGE.afterLayer}, promised ${promised.toFixed(3)}`,
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
