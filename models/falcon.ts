import {
  alibi,
  alibiSlopes,
  type Block,
  causal,
  decoder,
  defineModel,
  layerNorm,
  lmHead,
  mlp,
  type PositionEncoding,
  parallelResidual,
  repeat,
  residual,
  rope,
  selfAttention,
  tokenEmbedding,
} from '@geodesic/dsl';
import type { Architecture, TensorMap } from './architecture.js';
import { type FalconConfig, readGguf, readHuggingFace } from './configs/falcon.js';
import { toBfloat16 } from './reading/bfloat16.js';
import { fusedAttentionTensors } from './reading/fused-attention.js';
import { namedOuterTensors } from './reading/outer-tensors.js';
import { layerTensors } from './reading/tensors.js';

/** Falcon (Almazrouei et al., 2023). */
export const falcon = defineModel('falcon', (c: FalconConfig) =>
  decoder({
    embed: tokenEmbedding({ vocab: c.vocabSize, dim: c.hiddenSize }),
    layers: repeat(c.numHiddenLayers, () => layer(c)),
    norm: layerNorm({ eps: c.layerNormEps }),
    head: lmHead({ tied: c.tieWordEmbeddings }),
  }),
);

function layer(c: FalconConfig): readonly Block[] {
  const norm = layerNorm({ eps: c.layerNormEps });
  const attention = selfAttention({
    heads: c.numAttentionHeads,
    kvHeads: c.numKeyValueHeads,
    headDim: c.headDim,
    position: positions(c),
    mask: causal(),
    bias: c.bias,
  });
  const feedForward = mlp({ dim: c.intermediateSize, activation: c.activation, bias: c.bias });
  if (c.residual === 'sequential') return [residual(norm, attention), residual(norm, feedForward)];
  return [parallelResidual(c.residual === 'own norms' ? [norm, norm] : norm, attention, feedForward)];
}

/**
 * The slopes are rounded to bfloat16, as the models were trained (transformers, `build_alibi_tensor`), and scaled as the
 * attention logits are. The reference rounds slope · position too; here it is exact, since positions need not be whole.
 */
function positions({ ropeTheta, ropeScaling, numAttentionHeads, headDim }: FalconConfig): PositionEncoding {
  if (ropeTheta !== null) return rope({ theta: ropeTheta, scaling: ropeScaling });
  const slopes = alibiSlopes(numAttentionHeads).map(toBfloat16);
  return alibi({ slopes: slopes.map((slope) => slope / Math.sqrt(headDim)) });
}

const norms: Readonly<Record<FalconConfig['residual'], TensorMap>> = {
  sequential: layerTensors('transformer.h.{i}', {
    attentionNorm: ['input_layernorm', 'attn_norm'],
    mlpNorm: ['post_attention_layernorm'],
  }),
  'shared norm': layerTensors('transformer.h.{i}', { norm: ['input_layernorm', 'attn_norm'] }),
  'own norms': layerTensors('transformer.h.{i}', {
    attentionNorm: ['ln_attn', 'attn_norm_2'],
    mlpNorm: ['ln_mlp', 'attn_norm'],
  }),
};

/** How Falcon's checkpoints are read and built. */
export const falconArchitecture: Architecture<FalconConfig> = {
  name: 'falcon',
  knownFor: 'Falcon 7B, 11B, 40B and 180B, Falcon-RW',
  positions: ['RoPE', 'ALiBi'],
  masks: ['causal'],
  huggingFace: { types: ['falcon'], read: readHuggingFace, optionalPrefix: 'transformer.' },
  gguf: { types: ['falcon'], read: readGguf },
  build: falcon,
  tensors: (c) => ({
    ...namedOuterTensors({ embed: 'transformer.word_embeddings', norm: 'transformer.ln_f' }),
    // For each head of keys: the queries that share it, its key and its value.
    ...fusedAttentionTensors(c, {
      name: 'transformer.h.{i}.self_attention.query_key_value',
      groups: c.numKeyValueHeads,
    }),
    ...norms[c.residual],
    ...layerTensors('transformer.h.{i}', {
      'attention.output': ['self_attention.dense', 'attn_output'],
      'mlp.up': ['mlp.dense_h_to_4h', 'ffn_up'],
      'mlp.down': ['mlp.dense_4h_to_h', 'ffn_down'],
    }),
  }),
};
