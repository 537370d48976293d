import { findAdapter } from '@geodesic/backend-webgpu';
import { LanguageModel } from '@geodesic/runtime';
import { openBackend, openModel } from 'geodesic';
import { compareDecoding } from './compare-models.js';
import { describeMachine } from './machine.js';

const MODEL = 'smollm2-135m-instruct';
/** Half of the bytes are read, and unpacked: not slower than as they are, but for noise. */
const MOST = 1.03;

/** SmolLM2 on webgpu, the same weights, over caches of half floats against float32 ones: a decoding step. */
export async function benchHalfCaches(): Promise<void> {
  process.stdout.write(`${describeMachine()}; adapter: ${(await findAdapter())?.description}\n`);
  const half = await (await openModel(MODEL)).load(await openBackend('webgpu'), { cache: 'half' });
  const { definition, config, device, parameters } = half;
  const float32 = new LanguageModel({ definition, config, device, parameters, cache: 'float32' });
  const pair = [
    { name: 'half', model: half },
    { name: 'float32', model: float32 },
  ] as const;
  for (const behind of [128, 512]) await compareDecoding(pair, MOST, { turns: 15, behind });
  await device.checkErrors();
  half.dispose();
}
