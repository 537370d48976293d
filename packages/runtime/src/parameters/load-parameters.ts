import { checkSignal, type Device, placeWeight, stepFault, type Weight } from '@geodesic/backend';
import { GeodesicError, type Phase } from '@geodesic/compiler';
import type { ResolvedModel } from '@geodesic/models';
import type { Checkpoint } from '@geodesic/weights';
import { packableParameters } from './packable-parameters.js';
import { blockReader } from './stored-blocks.js';
import { weightReader } from './stored-weight.js';
import { checkTiedHead } from './tied-head.js';
import { bindTensors, type WeightBinding } from './weight-binding.js';

export interface LoadProgress {
  readonly loaded: number;
  readonly total: number;
}

/**
 * How weights are kept on the device: `packed`, matrices as the quantised blocks that they are stored in, where the device
 * computes with them; `float32`, all of them as float32. The numbers are the same.
 */
export type WeightStorage = 'packed' | 'float32';

export interface LoadWeightsOptions {
  /** Default: packed where the device computes with packed weights. */
  readonly weights?: WeightStorage | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Ends the loading before the next weight; what was loaded is freed. */
  readonly signal?: AbortSignal | undefined;
}

const TRACE = { phase: 'prefill' as Phase, logits: 'last' as const };

/**
 * Reads every weight of a model from a checkpoint to the device, one at a time, matrices as [in, out]; packed ones never as float32.
 *
 * @throws GeodesicError `weights.packed` where packed weights are asked for and the device computes with none
 * @throws GeodesicError `weights.mismatch` with one list of all tensors that are missing, misshapen or left over;
 *   `weights.memory` for more than the device holds; `backend.memory` for a weight that it has no room for; `backend.lost`;
 *   `weights.tied-head` for a head that a tied model has besides its embedding; `run.aborted`
 */
export async function loadParameters(
  resolved: ResolvedModel,
  checkpoint: Checkpoint,
  device: Device,
  { weights, onProgress = () => {}, signal }: LoadWeightsOptions = {},
): Promise<Map<string, Weight>> {
  checkStorage(weights, device);
  const graph = resolved.model.trace(TRACE);
  const bindings = bindTensors(resolved, graph, checkpoint);
  checkMemory(bindings, device);
  await checkTiedHead(resolved, bindings, checkpoint);
  const packable = weights === 'float32' ? new Set<string>() : packableParameters(graph);
  const place = weightPlacer(checkpoint, device, packable);
  const since = device.reportedErrors?.();
  const parameters = new Map<string, Weight>();
  try {
    for (const binding of bindings) {
      checkSignal({ signal });
      parameters.set(binding.path, await place(binding));
      onProgress({ loaded: parameters.size, total: bindings.length });
    }
    await device.checkErrors(since);
  } catch (error) {
    for (const weight of parameters.values()) weight.dispose();
    throw await stepFault(error, device, since);
  }
  return parameters;
}

/** What is asked for by name is not passed over silently. */
function checkStorage(weights: WeightStorage | undefined, { name, packing }: Device): void {
  if (weights !== 'packed' || packing !== undefined) return;
  throw new GeodesicError(
    'weights.packed',
    `the ${name} backend computes with float32 weights only: leave the storage of weights open, or choose webgpu`,
  );
}

/** Puts a weight on the device: packed where it is one of `packable`, stored in blocks, and the device packs their type. */
function weightPlacer(
  checkpoint: Checkpoint,
  device: Device,
  packable: ReadonlySet<string>,
): (binding: WeightBinding) => Promise<Weight> {
  const read = weightReader(checkpoint);
  const readBlocks = blockReader(checkpoint);
  return async ({ path, shape, stored }) => {
    const blocks = device.packing !== undefined && packable.has(path) ? await readBlocks(stored) : undefined;
    if (blocks !== undefined) {
      device.activate();
      device.allocateFor?.(path);
      const packed = device.packing?.pack(blocks);
      if (packed !== undefined) return packed;
    }
    return placeWeight(device, path, await read(stored, shape), shape);
  };
}

/** A full WebAssembly heap gives wrong numbers rather than an error, so a model that can't fit is refused beforehand. */
function checkMemory(
  bindings: readonly WeightBinding[],
  { name, weightLimitBytes = Number.POSITIVE_INFINITY }: Device,
): void {
  const bytes = bindings.reduce(
    (sum, { shape }) => sum + 4 * shape.reduce((product, size) => product * size, 1),
    0,
  );
  if (bytes <= weightLimitBytes) return;
  const gigabytes = (count: number) => (count / 1e9).toFixed(1);
  throw new GeodesicError(
    'weights.memory',
    `the model takes ${gigabytes(bytes)} GB as float32, the ${name} backend holds ${gigabytes(weightLimitBytes)} GB: choose another backend`,
  );
}
