import type { TensorMap } from '../architecture.js';
import { layerTensors, type Recipe } from './tensors.js';

/** Where a Hugging Face checkpoint stores a projection of one expert. */
type StoredProjection = readonly [name: string, recipe?: Recipe];

/** Where it stores the three of one expert, names below its layer. */
export type StoredExpert = Readonly<Record<'gate' | 'up' | 'down', StoredProjection>>;

/** The router of a mixture of experts and the projections of each expert, which GGUF files hold as parts of three stacks. */
export function expertTensors(
  count: number,
  router: string,
  expert: (index: number) => StoredExpert,
): TensorMap {
  const maps = Array.from({ length: count }, (_, index) =>
    layerTensors('model.layers.{i}', expertModules(index, count, expert(index))),
  );
  const routers = layerTensors('model.layers.{i}', { 'mlp.router': [router, 'ffn_gate_inp'] });
  return Object.assign(routers, ...maps) as TensorMap;
}

function expertModules(
  index: number,
  count: number,
  stored: StoredExpert,
): Parameters<typeof layerTensors>[1] {
  const ggufRecipe = { matrix: { index, of: count } };
  return Object.fromEntries(
    Object.entries(stored).map(([projection, [name, huggingFaceRecipe]]) => [
      `mlp.experts.${index}.${projection}`,
      [name, `ffn_${projection}_exps`, { ggufRecipe, ...(huggingFaceRecipe && { huggingFaceRecipe }) }],
    ]),
  );
}

/** The same where checkpoints have a gated MLP with the usual names for each expert. */
export function gatedMlpExpertTensors(count: number): TensorMap {
  return expertTensors(count, 'mlp.gate', (index) => ({
    gate: [`mlp.experts.${index}.gate_proj`],
    up: [`mlp.experts.${index}.up_proj`],
    down: [`mlp.experts.${index}.down_proj`],
  }));
}
