import type { StoredRows, StoredWeight, TensorMap } from '../architecture.js';

/** How tensors are stored, beyond their names. */
export type Recipe = Omit<StoredWeight, 'name'>;

/** What checkpoints of the two kinds call a module, and how it is stored there. */
export interface StoredModule {
  readonly huggingFace: string;
  readonly gguf?: string | undefined;
  /** For the weight and the bias in Hugging Face checkpoints; `plus` is the weight's alone. */
  readonly huggingFaceRecipe?: Recipe;
  /** The same in GGUF files. */
  readonly ggufRecipe?: Recipe;
}

/** Weight and bias of a projection or a norm: `<path>.weight` and `<path>.bias`. A model without the bias never asks for it. */
export function moduleTensors(path: string, stored: StoredModule): TensorMap {
  const source = (kind: 'weight' | 'bias') => ({
    huggingFace: { ...recipeOf(kind, stored.huggingFaceRecipe), name: `${stored.huggingFace}.${kind}` },
    ...(stored.gguf !== undefined && {
      gguf: { ...recipeOf(kind, stored.ggufRecipe), name: `${stored.gguf}.${kind}` },
    }),
  });
  return { [`${path}.weight`]: source('weight'), [`${path}.bias`]: source('bias') };
}

function recipeOf(kind: 'weight' | 'bias', { plus, ...recipe }: Recipe = {}): Recipe {
  return kind === 'weight' && plus !== undefined ? { ...recipe, plus } : recipe;
}

/** Hugging Face checkpoints of some architectures store norms' weights as their difference from 1, GGUF files the weights themselves. */
export const storedFromOne = { huggingFaceRecipe: { plus: 1 } } as const;

/** The modules of each layer, by their paths below it; names are below `layers` (`model.layers.{i}`) and `blk.{i}`. */
export function layerTensors(
  layers: string,
  modules: Readonly<Record<string, readonly [huggingFace: string, gguf?: string, recipes?: LayerRecipes]>>,
): TensorMap {
  const maps = Object.entries(modules).map(([path, [huggingFace, gguf, recipes]]) =>
    moduleTensors(`layers.{i}.${path}`, {
      huggingFace: `${layers}.${huggingFace}`,
      gguf: gguf && `blk.{i}.${gguf}`,
      ...recipes,
    }),
  );
  return Object.assign({}, ...maps) as TensorMap;
}

type LayerRecipes = Pick<StoredModule, 'huggingFaceRecipe' | 'ggufRecipe'>;

/** A tensor that holds several modules, and how its output features alternate between them. */
export interface FusedTensor {
  readonly name: string;
  /** How many times the modules take turns, each with an equal part of its features; default 1: one whole module after the other. */
  readonly groups?: number;
  readonly layout?: StoredWeight['layout'];
}

/** Modules that share one tensor: from each module's path below its layer to its number of output features, in order. */
export function fusedTensors(
  modules: Readonly<Record<string, number>>,
  huggingFace: FusedTensor,
  gguf?: FusedTensor,
): TensorMap {
  const maps = Object.keys(modules).map((path) =>
    moduleTensors(`layers.{i}.${path}`, {
      huggingFace: huggingFace.name,
      huggingFaceRecipe: fusedRecipe(modules, path, huggingFace),
      gguf: gguf && `blk.{i}.${gguf.name}`,
      ...(gguf && { ggufRecipe: fusedRecipe(modules, path, gguf) }),
    }),
  );
  return Object.assign({}, ...maps) as TensorMap;
}

function fusedRecipe(
  modules: Readonly<Record<string, number>>,
  path: string,
  { groups = 1, layout }: FusedTensor,
): Recipe {
  const paths = Object.keys(modules);
  const features = (of: readonly string[]) =>
    of.reduce((total, other) => total + (modules[other] as number) / groups, 0);
  const rows: StoredRows = {
    groups,
    of: features(paths),
    start: features(paths.slice(0, paths.indexOf(path))),
    size: features([path]),
  };
  return layout === undefined ? { rows } : { rows, layout };
}
