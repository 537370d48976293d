import { describeConfig, fieldError } from '../reading/fields.js';
import { type GptjConfig, readGptj } from './gptj.js';

export type CodegenConfig = GptjConfig;

/** Each of as many runs of rows holds the queries, values and keys of an equal part of the heads: one run a core of a TPU v4. */
export const PROJECTION_RUNS = 4;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): CodegenConfig {
  const refuse = (field: string, problem: string) => fieldError(describeConfig('codegen'), field, problem);
  // CodeGen2's fields are CodeGen's: that its weights are stored in eight runs, its own code alone says.
  if (config.auto_map != null)
    throw refuse('auto_map', "a model with code of its own (CodeGen2's) is not supported");
  const read = readGptj('codegen', config);
  if (read.numAttentionHeads % PROJECTION_RUNS === 0) return read;
  throw refuse(
    'n_head',
    `${read.numAttentionHeads} heads can't be stored in ${PROJECTION_RUNS} equal parts, as CodeGen's are`,
  );
}
