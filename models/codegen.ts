import { defineModel } from '@geodesic/dsl';
import type { Architecture, TensorMap } from './architecture.js';
import { type CodegenConfig, PROJECTION_RUNS, readHuggingFace } from './configs/codegen.js';
import { gptjArchitecture, gptjTree } from './gptj.js';
import { MASK_BUFFERS } from './reading/mask-buffers.js';
import { fusedTensors } from './reading/tensors.js';

/** CodeGen (Nijkamp et al., 2022): GPT-J's tree. */
export const codegen = defineModel('codegen', gptjTree);

function fusedProjections({ hiddenSize }: CodegenConfig): TensorMap {
  return fusedTensors(
    { 'attention.query': hiddenSize, 'attention.value': hiddenSize, 'attention.key': hiddenSize },
    { name: 'transformer.h.{i}.attn.qkv_proj', groups: PROJECTION_RUNS },
  );
}

/** How CodeGen's checkpoints are read and built. */
export const codegenArchitecture: Architecture<CodegenConfig> = {
  name: 'codegen',
  knownFor: 'CodeGen 350M, 2B, 6B and 16B',
  positions: ['interleaved RoPE', 'partial RoPE'],
  masks: ['causal'],
  huggingFace: {
    types: ['codegen'],
    read: readHuggingFace,
    optionalPrefix: 'transformer.',
    redundant: MASK_BUFFERS,
  },
  build: codegen,
  tensors: (c) => ({ ...gptjArchitecture.tensors(c), ...fusedProjections(c) }),
};
