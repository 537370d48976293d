import type { Device } from '@geodesic/backend';
import { type AnyNode, GeodesicError, type Graph, type Phase } from '@geodesic/compiler';
import type { DecoderConfig, ResolvedModel, TensorSource } from '@geodesic/models';
import { type Checkpoint, unpermuteRope, unpermuteRopeColumns } from '@geodesic/weights';
import type { Tensor } from '@tensorflow/tfjs-core';

export interface LoadProgress {
  readonly loaded: number;
  readonly total: number;
}

/** One weight of the model and where it is in the checkpoint. */
interface Binding {
  readonly path: string;
  readonly shape: readonly number[];
  readonly stored: string;
  readonly source: TensorSource;
}

const TRACE = { phase: 'prefill' as Phase, logits: 'last' as const };

/**
 * Reads every weight of a model from a checkpoint to the device, one at a time, matrices as [in, out].
 *
 * @throws GeodesicError `weights.mismatch` with one list of all tensors that are missing, misshapen or left over;
 *   `weights.memory` for more than the device holds
 */
export async function loadParameters(
  resolved: ResolvedModel,
  checkpoint: Checkpoint,
  device: Device,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<Map<string, Tensor>> {
  const bindings = bindTensors(resolved, resolved.model.trace(TRACE), checkpoint);
  checkMemory(bindings, device);
  const parameters = new Map<string, Tensor>();
  try {
    for (const binding of bindings) {
      const data = await readWeight(binding, resolved.config, checkpoint);
      device.activate();
      parameters.set(binding.path, device.tf.tensor(data, [...binding.shape], 'float32'));
      onProgress({ loaded: parameters.size, total: bindings.length });
    }
  } catch (error) {
    for (const tensor of parameters.values()) tensor.dispose();
    throw error;
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
  const bindings = graph.nodes
    .filter(({ op }) => op === 'parameter')
    .map((node) => {
      const binding = bindTensor(node, resolved, checkpoint);
      problems.push(...problemsOf(binding, checkpoint));
      return binding;
    });
  const used = new Set(bindings.map(({ stored }) => stored));
  for (const name of checkpoint.names()) {
    if (!used.has(name) && !isRedundant(name, resolved)) problems.push(`'${name}' is not part of the model`);
  }
  if (problems.length > 0) {
    throw new GeodesicError(
      'weights.mismatch',
      `the checkpoint does not fit the '${resolved.architecture}' model of its config: ${problems.join('; ')}`,
    );
  }
  return bindings;
}

function bindTensor(node: AnyNode, resolved: ResolvedModel, { format }: Checkpoint): Binding {
  const layer = /^layers\.(\d+)\./.exec(node.name)?.[1];
  const source = resolved.tensors[node.name.replace(/^layers\.\d+\./, 'layers.{i}.')];
  if (source === undefined) {
    throw new GeodesicError(
      'weights.unmapped',
      `architecture '${resolved.architecture}' does not say where '${node.name}' is stored`,
    );
  }
  const pattern = format === 'gguf' ? source.gguf : source.huggingFace;
  return {
    path: node.name,
    shape: node.type.axes.map(({ size }) => size as number),
    stored: pattern.replace('{i}', layer ?? ''),
    source,
  };
}

function problemsOf({ stored, shape }: Binding, checkpoint: Checkpoint): string[] {
  const info = checkpoint.tensors.get(stored);
  if (info === undefined) return [`'${stored}' is missing`];
  const expected = storedShape(shape);
  const fits = info.shape.length === expected.length && info.shape.every((size, i) => size === expected[i]);
  return fits ? [] : [`'${stored}' has shape [${info.shape}] instead of [${expected}]`];
}

/** Checkpoints store matrices [out, in]. */
function storedShape(shape: readonly number[]): readonly number[] {
  return shape.length === 2 ? [...shape].reverse() : shape;
}

/** Tensors that repeat others: the head of a tied model, and rotary frequencies that older exporters wrote. */
function isRedundant(name: string, { tensors }: ResolvedModel): boolean {
  const head = tensors['head.weight'];
  return name === head?.huggingFace || name === head?.gguf || name.endsWith('.rotary_emb.inv_freq');
}

async function readWeight(
  binding: Binding,
  config: DecoderConfig,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const { stored, shape, source } = binding;
  const field = checkpoint.format === 'gguf' ? source.ggufInterleavedHeads : undefined;
  if (field === undefined) return checkpoint.readFloat32(stored, { transposed: shape.length === 2 });
  return readInterleaved(binding, (config as unknown as Record<string, number>)[field] as number, checkpoint);
}

/** Rows of rotated projections that GGUF stores interleaved; a matrix is read as [in, out], where they are columns. */
async function readInterleaved(
  { stored, shape }: Binding,
  heads: number,
  checkpoint: Checkpoint,
): Promise<Float32Array> {
  const features = shape.at(-1) as number;
  if (shape.length === 1)
    return unpermuteRope(await checkpoint.readFloat32(stored), heads, features / heads, 1);
  const columns = await checkpoint.readFloat32(stored, { transposed: true });
  return unpermuteRopeColumns(columns, heads, features / heads, shape[0] as number);
}
