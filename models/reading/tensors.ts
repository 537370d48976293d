import type { TensorMap, TensorSource } from '../architecture.js';

/** Embedding, last norm and head where most checkpoints of decoders have them. */
export const outerTensors: TensorMap = {
  'embed.weight': { huggingFace: 'model.embed_tokens.weight', gguf: 'token_embd.weight' },
  'norm.weight': { huggingFace: 'model.norm.weight', gguf: 'output_norm.weight' },
  'head.weight': { huggingFace: 'lm_head.weight', gguf: 'output.weight' },
};

/** The weight of a norm of each layer. */
export function layerNormTensors(path: string, huggingFace: string, gguf: string): TensorMap {
  return {
    [`layers.{i}.${path}.weight`]: {
      huggingFace: `model.layers.{i}.${huggingFace}.weight`,
      gguf: `blk.{i}.${gguf}.weight`,
    },
  };
}

/** Weight and bias of a projection of each layer. */
export function projectionTensors(
  path: string,
  huggingFace: string,
  gguf: string,
  rows: Pick<TensorSource, 'ggufInterleavedHeads'> = {},
): TensorMap {
  const source = (kind: string) => ({
    huggingFace: `model.layers.{i}.${huggingFace}.${kind}`,
    gguf: `blk.{i}.${gguf}.${kind}`,
    ...rows,
  });
  return { [`layers.{i}.${path}.weight`]: source('weight'), [`layers.{i}.${path}.bias`]: source('bias') };
}
