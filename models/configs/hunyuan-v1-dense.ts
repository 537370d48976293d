import { z } from 'zod';
import type { GgufDescription } from '../architecture.js';
import { withoutAliases } from '../reading/aliases.js';
import { onlyField, optional, readFields } from '../reading/fields.js';
import { readGgufFields } from '../reading/gguf.js';
import {
  ggufLlamaLikeFields,
  type LlamaLikeConfig,
  llamaLikeFields,
  readGgufLlamaLike,
  readLlamaLike,
} from '../reading/llama-like.js';
import { alphaStretch, splitAlpha } from '../reading/ntk-alpha.js';

export interface HunyuanV1DenseConfig extends LlamaLikeConfig {
  readonly attentionBias: boolean;
}

const huggingFaceFields = z.object({
  ...llamaLikeFields,
  attention_bias: optional(z.boolean()),
  // Of Tencent's own software, where transformers knows one value.
  add_classification_head: onlyField(false, 'a head of classes'),
  mlp_bias: onlyField(false, 'a bias of the MLP'),
  norm_type: onlyField('rms', 'another norm'),
  use_cla: onlyField(false, 'attention shared by layers'),
  use_qk_norm: onlyField(true, 'attention without norms of queries and keys'),
  use_rotary_pos_emb: onlyField(true, 'attention without RoPE'),
});

/** What transformers fills in for fields that a config leaves out. */
const defaults = { rms_norm_eps: 1e-5 } as const;

/** Ids of special tokens; and options of what is switched off: layers that share attention, a head of classes. */
const inert = [
  'cla_share_factor',
  'class_num',
  'dense_list',
  'im_end_id',
  'im_newline_id',
  'im_start_id',
  'mask_init_id',
  'org_vocab_size',
  'pad_id',
  'pool_type',
  'text_end_id',
  'text_start_id',
];

export function readHuggingFace(config: Readonly<Record<string, unknown>>): HunyuanV1DenseConfig {
  const named = withoutAliases('hunyuan_v1_dense', config, { attention_head_dim: 'head_dim' });
  const fields = readFields('hunyuan_v1_dense', huggingFaceFields, { ...defaults, ...named }, inert);
  const { alpha, ...rope } = splitAlpha('hunyuan_v1_dense', fields);
  const common = readLlamaLike('hunyuan_v1_dense', { ...fields, ...rope });
  const stretch = alpha === undefined ? 1 : alphaStretch('hunyuan_v1_dense', alpha, common.headDim);
  return {
    ...common,
    ropeTheta: common.ropeTheta * stretch,
    attentionBias: fields.attention_bias ?? false,
  };
}

const ggufFields = z.object(ggufLlamaLikeFields);

/** The base of RoPE is stretched in the file already. */
export function readGguf(description: GgufDescription): HunyuanV1DenseConfig {
  const fields = readGgufFields('hunyuan-dense', ggufFields, description.metadata);
  return {
    ...readGgufLlamaLike('hunyuan-dense', fields, description),
    attentionBias: description.tensorNames.includes('blk.0.attn_q.bias'),
  };
}
