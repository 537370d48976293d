import { type AnyNode, GeodesicError, type Graph, layerOf, ofAnyLayer } from '@geodesic/compiler';
import type { ResolvedModel, StoredWeight } from '@geodesic/models';
import type { Checkpoint } from '@geodesic/weights';
import { isRedundant, storedNaming } from './stored-names.js';
import { storedNames, storedShape } from './stored-weight.js';

/** One weight of the model and how it is stored in the checkpoint, its tensor's full name in place of the pattern. */
export interface WeightBinding {
  readonly path: string;
  readonly shape: readonly number[];
  readonly stored: StoredWeight;
}

/**
 * Where a checkpoint stores each weight of a model.
 *
 * @param graph the model, of which every parameter is bound
 * @throws GeodesicError `weights.mismatch` with one list of all tensors that are missing, misshapen or left over
 */
export function bindTensors(resolved: ResolvedModel, graph: Graph, checkpoint: Checkpoint): WeightBinding[] {
  const problems: string[] = [];
  const nameOf = storedNaming(resolved, checkpoint);
  const bindings: WeightBinding[] = [];
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
): WeightBinding | undefined {
  const layer = layerOf(node.name);
  const source = resolved.tensors[ofAnyLayer(node.name)];
  const place = format === 'gguf' ? source?.gguf : source?.huggingFace;
  if (place === undefined) return undefined;
  const stored = typeof place === 'string' ? { name: place } : place;
  return {
    path: node.name,
    shape: node.type.axes.map(({ size }) => size as number),
    stored: { ...stored, name: nameOf(stored.name.replace('{i}', String(layer ?? ''))) },
  };
}

function problemsOf({ stored, shape }: WeightBinding, checkpoint: Checkpoint): string[] {
  const expected = storedShape(stored, shape);
  return storedNames(stored).flatMap((name) => {
    const info = checkpoint.tensors.get(name);
    if (info === undefined) return [`'${name}' is missing`];
    const fits = info.shape.length === expected.length && info.shape.every((size, i) => size === expected[i]);
    return fits ? [] : [`'${name}' has shape [${info.shape}] instead of [${expected}]`];
  });
}
