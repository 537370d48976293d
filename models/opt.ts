import {
  type Block,
  causal,
  decoder,
  defineModel,
  layerNorm,
  learnedPositions,
  lmHead,
  mlp,
  plainLayerNorm,
  renamed,
  repeat,
  residual,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture } from './architecture.js';
import { type OptConfig, readHuggingFace } from './configs/opt.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors, moduleTensors } from './reading/tensors.js';

/** Configs don't say it: it is PyTorch's default. */
const LAYER_NORM_EPS = 1e-5;

/** Rows of the table before that of position 0. */
const POSITION_OFFSET = 2;

/** OPT (Zhang et al., 2022). */
export const opt = defineModel('opt', (c: OptConfig) =>
  decoder({
    embed: tokenEmbedding({
      vocab: c.vocabSize,
      dim: c.embeddingSize,
      projectTo: c.hiddenSize,
      positions: learnedPositions({ count: c.maxPositionEmbeddings, offset: POSITION_OFFSET }),
    }),
    layers: repeat(c.numHiddenLayers, () => [
      ...normedResidual(
        c,
        selfAttention({
          heads: c.numAttentionHeads,
          headDim: c.headDim,
          position: null,
          mask: causal(),
          bias: c.bias,
        }),
      ),
      ...normedResidual(c, mlp({ dim: c.intermediateSize, activation: c.activation, bias: c.bias })),
    ]),
    norm: c.finalNorm ? norm(c) : null,
    head: lmHead({ tied: c.tieWordEmbeddings, projectTo: c.embeddingSize }),
  }),
);

function normedResidual(c: OptConfig, inner: Block): readonly Block[] {
  return c.normsBefore
    ? [residual(norm(c), inner)]
    : [residual(null, inner), renamed(`${inner.path}Norm`, norm(c))];
}

function norm({ learnedNorms }: OptConfig): Block {
  const options = { eps: LAYER_NORM_EPS };
  return learnedNorms ? layerNorm(options) : plainLayerNorm(options);
}

/** How OPT's checkpoints are read and built. */
export const optArchitecture: Architecture<OptConfig> = {
  name: 'opt',
  knownFor: 'OPT, Galactica',
  positions: ['learned'],
  masks: ['causal'],
  huggingFace: { types: ['opt'], read: readHuggingFace, optionalPrefix: 'model.' },
  build: opt,
  tensors: () => ({
    ...namedOuterTensors({
      embed: 'model.decoder.embed_tokens',
      norm: 'model.decoder.final_layer_norm',
    }),
    ...moduleTensors('embed.positions', { huggingFace: 'model.decoder.embed_positions' }),
    ...moduleTensors('embed.projection', { huggingFace: 'model.decoder.project_in' }),
    ...moduleTensors('head.projection', { huggingFace: 'model.decoder.project_out' }),
    ...layerTensors('model.decoder.layers.{i}', {
      attentionNorm: ['self_attn_layer_norm'],
      'attention.query': ['self_attn.q_proj'],
      'attention.key': ['self_attn.k_proj'],
      'attention.value': ['self_attn.v_proj'],
      'attention.output': ['self_attn.out_proj'],
      mlpNorm: ['final_layer_norm'],
      'mlp.up': ['fc1'],
      'mlp.down': ['fc2'],
    }),
  }),
};
