import type { Device } from '@geodesic/backend';
import { compile, slerpMerge } from '@geodesic/compiler';
import type { LanguageModel } from '@geodesic/runtime';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type OpenedModel, openBackend, openModel } from 'geodesic';
import { alternate, median, printComparison, type Side } from './alternate.js';
import { verdict } from './limit.js';
import { describeMachine } from './machine.js';
import { promptOf } from './prompt.js';

const MODEL = 'smollm2-135m-instruct';
const MERGE = { afterLayer: 15 };

/** The main job on wasm: loading, compiling, prefill with and without merging, and a decoding step. */
export async function benchMainJob(): Promise<void> {
  print(describeMachine());
  const opened = await openModel(MODEL);
  benchCompile(opened);
  const model = await benchLoading(opened, await openBackend('wasm'));
  for (const length of [512, 1024]) await benchPrefill(model, length);
  await benchDecode(model, 512);
  model.dispose();
}

function benchCompile({ resolved }: OpenedModel): void {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    compile(resolved.model, { passes: [slerpMerge(MERGE)] });
    return performance.now() - start;
  });
  print(
    `compiling both graphs, merged: first ${times[0]?.toFixed(0)} ms, median ${median(times).toFixed(0)} ms (${verdict(times[0] as number, 200)})`,
  );
}

async function benchLoading(opened: OpenedModel, device: Device): Promise<LanguageModel> {
  const start = performance.now();
  const model = await opened.load(device);
  const seconds = (performance.now() - start) / 1000;
  // Of the whole process so far: an upper bound.
  const peak = process.resourceUsage().maxRSS * 1024;
  const float32 = [...model.parameters.values()].reduce((bytes, tensor) => bytes + tensor.size * 4, 0);
  print(
    `loading: ${seconds.toFixed(1)} s, peak memory of the process ${(peak / 1e6).toFixed(0)} MB, ` +
      `${(peak / float32).toFixed(2)} times the ${(float32 / 1e6).toFixed(0)} MB of float32 weights (${verdict(peak / float32, 2.5)})`,
  );
  return model;
}

async function benchPrefill(model: LanguageModel, length: number): Promise<void> {
  const rows = [promptOf(length, model.config.vocabSize)];
  const [merged, base] = [model.session({ merge: MERGE }), model.session()];
  const sides: [Side, Side] = [
    { name: 'merged', run: async () => void (await merged.prefill(rows)) },
    { name: 'base', run: async () => void (await base.prefill(rows)) },
  ];
  const times = await alternate(sides, 7);
  printComparison(`prefill of ${length} tokens, merged after ${MERGE.afterLayer}`, sides, times, 0.8);
  merged.dispose();
  base.dispose();
}

/** A decoding step against one vector times every matrix of the model with plain `tf.matMul`. */
async function benchDecode(model: LanguageModel, length: number): Promise<void> {
  const session = model.session();
  await session.prefill([promptOf(length, model.config.vocabSize)]);
  const products = new VectorProducts(model);
  const sides: [Side, Side] = [
    { name: 'decoding step', run: async () => void (await session.decode([[42]])) },
    { name: 'one vector times all weights', run: () => products.run() },
  ];
  printComparison(`decoding behind ${length} tokens`, sides, await alternate(sides, 20), 2.5);
  products.dispose();
  session.dispose();
}

/** The least that a decoding step has to do: a vector, made beforehand, times each matrix. */
class VectorProducts {
  readonly #device: Device;
  readonly #pairs: readonly { readonly vector: Tensor2D; readonly matrix: Tensor2D }[];

  constructor({ device, parameters }: LanguageModel) {
    this.#device = device;
    device.activate();
    const matrices = [...parameters.values()].filter(({ shape }) => shape.length === 2) as Tensor2D[];
    this.#pairs = matrices.map((matrix) => ({ vector: device.tf.ones([1, matrix.shape[0]]), matrix }));
  }

  async run(): Promise<void> {
    const { tf } = this.#device;
    this.#device.activate();
    const products = this.#pairs.map(({ vector, matrix }) => tf.matMul(vector, matrix));
    await products.at(-1)?.data();
    for (const product of products) product.dispose();
  }

  dispose(): void {
    for (const { vector } of this.#pairs) vector.dispose();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
