import type { TensorMap } from '../architecture.js';
import type { AttentionDecoderConfig } from './decoder.js';
import { type FusedTensor, fusedTensors } from './tensors.js';

type Heads = Pick<AttentionDecoderConfig, 'numAttentionHeads' | 'numKeyValueHeads' | 'headDim'>;

/**
 * Query, key and value projections that share one tensor. In GGUF files they always follow each other; a Hugging Face checkpoint's
 * may take turns, group by group.
 */
export function fusedAttentionTensors(
  { numAttentionHeads, numKeyValueHeads, headDim }: Heads,
  huggingFace: FusedTensor,
): TensorMap {
  const modules = {
    'attention.query': numAttentionHeads * headDim,
    'attention.key': numKeyValueHeads * headDim,
    'attention.value': numKeyValueHeads * headDim,
  };
  return fusedTensors(modules, huggingFace, { name: 'attn_qkv' });
}
