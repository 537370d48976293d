import { type Device, placeWeight, stepFault } from '@geodesic/backend';
import { type AnyNode, GeodesicError, type Graph, type Phase } from '@geodesic/compiler';
import type { ResolvedModel, StoredWeight } from '@geodesic/models';
import type { Checkpoint } from '@geodesic/weights';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isRedundant, storedNaming } from './stored-names.js';
import { storedNames, storedShape, weightReader } from './stored-weight.js';
import { checkTiedHead } from './tied-head.js';

export interface LoadProgress {
  readonly loaded: number;
  readonly total: number;
}

/** One weight of the model and how it is stored in the checkpoint, its tensor's full name in place of the pattern. */
export interface Binding {
  readonly path: string;
  readonly shape: readonly number[];
  readonly stored: StoredWeight;
}

const TRACE = { phase: 'prefill' as Phase, logits: 'last' as const };

/**
 * Reads every weight of a model from a checkpoint to the device, one at a time, matrices as [in, out].
 *
 * @throws GeodesicError `weights.mismatch` with one list of all tensors that are missing, misshapen or left over;
 *   `weights.memory` for more than the device holds; `backend.memory` for a weight that it has no room for; `backend.lost`; `weights.tied-head` for a head that a tied model has besides its embedding
 */
export async function loadParameters(
  resolved: ResolvedModel,
  checkpoint: Checkpoint,
  device: Device,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<Map<string, Tensor>> {
  const bindings = bindTensors(resolved, resolved.model.trace(TRACE), checkpoint);
  checkMemory(bindings, device);
  await checkTiedHead(resolved, bindings, checkpoint);
  const read = weightReader(checkpoint);
  const since = device.reportedErrors?.();
  const parameters = new Map<string, Tensor>();
  try {
    for (const { path, shape, stored } of bindings) {
      const data = await read(stored, shape);
      parameters.set(path, placeWeight(device, path, data, shape));
      onProgress({ loaded: parameters.size, total: bindings.length });
    }
    await device.checkErrors(since);
  } catch (error) {
    for (const tensor of parameters.values()) tensor.dispose();
    throw await stepFault(error, device, since);
  }
  return parameters;
}

/** A full WebAssembly heap gives wrong numbers rather than an error, so a model that can't fit is refused beforehand. */
function checkMemory(
  bindings: readonly Binding[],
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

function bindTensors(resolved: ResolvedModel, graph: Graph, checkpoint: Checkpoint): Binding[] {
  const problems: string[] = [];
  const nameOf = storedNaming(resolved, checkpoint);
  const bindings: Binding[] = [];
  for (const node of graph.nodes) {
    if (node.op !== 'parameter') continue;
    const binding = bindTensor(node, resolved, checkpoint, nameOf);
    if (binding === undefined) {
      problems.push(`the architecture does not say where ${checkpoint.format} files store '${node.name}'`);
    } else {
      bindings.push(binding);
      problems.push(...problemsOf(binding, checkpoint));
    }
  }
  const used = new Set(bindings.flatMap(({ stored }) => storedNames(stored)));
  for (const name of checkpoint.names()) {
    if (!used.has(name) && !isRedundant(name, resolved, nameOf)) {
      problems.push(`'${name}' is not part of the model`);
    }
  }
  if (problems.length > 0) {
    throw new GeodesicError(
      'weights.mismatch',
      `the checkpoint does not fit the '${resolved.architecture}' model of its config: ${[...new Set(problems)].join('; ')}`,
    );
  }
  return bindings;
}

function bindTensor(
  node: AnyNode,
  resolved: ResolvedModel,
  { format }: Checkpoint,
  nameOf: (name: string) => string,
): Binding | undefined {
  const layer = /^layers\.(\d+)\./.exec(node.name)?.[1];
  const source = resolved.tensors[node.name.replace(/^layers\.\d+\./, 'layers.{i}.')];
  const place = format === 'gguf' ? source?.gguf : source?.huggingFace;
  if (place === undefined) return undefined;
  const stored = typeof place === 'string' ? { name: place } : place;
  return {
    path: node.name,
    shape: node.type.axes.map(({ size }) => size as number),
    stored: { ...stored, name: nameOf(stored.name.replace('{i}', layer ?? '')) },
  };
}

function problemsOf({ stored, shape }: Binding, checkpoint: Checkpoint): string[] {
  const expected = storedShape(stored, shape);
  return storedNames(stored).flatMap((name) => {
    const info = checkpoint.tensors.get(name);
    if (info === undefined) return [`'${name}' is missing`];
    const fits = info.shape.length === expected.length && info.shape.every((size, i) => size === expected[i]);
    return fits ? [] : [`'${name}' has shape [${info.shape}] instead of [${expected}]`];
  });
}
