import { type Device, probeOnce } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { BACKEND_CHOICES, BACKEND_NAMES, BACKENDS_BY_SPEED, type BackendName } from './backend-names.js';
import { chooseBackend } from './choose-backend.js';
import { importBackend } from './import-backend.js';

/**
 * Starts a backend by name, `wasm`, `cpu`, `webgpu` or `node`, and checks once that it computes what it should. `auto` takes
 * the fastest that works: webgpu on a GPU, node, wasm, cpu; which one, and why not a faster one, is a line on stderr.
 *
 * @throws GeodesicError `backend.unknown`
 * @throws GeodesicError `backend.unavailable` with the reason and what to install
 * @throws GeodesicError `backend.wrong-numbers`, `backend.device-error` for a backend that computes nonsense
 */
export async function openBackend(name: string): Promise<Device> {
  if (name === 'auto') return openFastest();
  const known = BACKEND_NAMES.find((one) => one === name);
  if (known === undefined) {
    throw new GeodesicError(
      'backend.unknown',
      `there is no backend '${name}': choose ${BACKEND_CHOICES.join(', ')}`,
    );
  }
  return openProbed(known);
}

async function openProbed(name: BackendName): Promise<Device> {
  return probeOnce(await (await importBackend(name)).open());
}

function openFastest(): Promise<Device> {
  const candidates = BACKENDS_BY_SPEED.map((name) => ({
    name,
    open: name === 'webgpu' ? openGpu : () => openProbed(name),
  }));
  return chooseBackend(candidates, (line) => process.stderr.write(`${line}\n`));
}

/** WebGPU on a GPU: a rasteriser on the CPU works too, but slower than the backends that come next. */
async function openGpu(): Promise<Device> {
  const { findAdapter } = await import('@geodesic/backend-webgpu');
  // Where there is none, opening says so, and what to install.
  const found = await findAdapter().catch(() => undefined);
  if (found?.software) throw new Error(`${found.description} computes on the CPU`);
  return openProbed('webgpu');
}
