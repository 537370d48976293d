import { weightBytes } from '@geodesic/backend';
import { findAdapter } from '@geodesic/backend-webgpu';
import type { WeightStorage } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { compareDecoding, comparePrefill, type NamedModel } from './compare-models.js';
import { describeMachine } from './machine.js';

/** Of the time that float32 weights take: a rasteriser unpacks weights for a prefill, and a decoding step reads a fifth. */
const MOST = { decode: 0.6, prefill: 1.2 };

/**
 * A model on webgpu with packed against float32 weights, on the same device: bytes of weights, a decoding step, and prefill.
 * `npm run bench -- packed-weights [MODEL]`.
 */
export async function benchPackedWeights(): Promise<void> {
  const name = process.argv[3] ?? 'smollm2-135m-instruct';
  process.stdout.write(`${describeMachine()}; adapter: ${(await findAdapter())?.description}\n`);
  const pair = [await load(name, 'packed'), await load(name, 'float32')] as const;
  await compareDecoding(pair, MOST.decode);
  await comparePrefill(pair, MOST.prefill);
  await pair[0].model.device.checkErrors();
  for (const { model } of pair) model.dispose();
}

async function load(name: string, weights: WeightStorage): Promise<NamedModel> {
  const device = await openBackend('webgpu');
  const start = performance.now();
  const model = await (await openModel(name)).load(device, { weights });
  const bytes = [...model.parameters.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `${name}, ${weights}: ${(bytes / 1e6).toFixed(1)} MB of weights, loaded in ${seconds.toFixed(1)} s\n`,
  );
  return { name: weights, model };
}
