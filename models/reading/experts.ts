import { withoutAliases } from './aliases.js';
import { describeConfig, fieldError, positiveInteger } from './fields.js';
import { describeGguf } from './gguf.js';

/** What the configs of mixtures of experts say of those. */
export interface ExpertsConfig {
  readonly numExperts: number;
  /** How many experts each token goes to. */
  readonly numExpertsPerToken: number;
}

/** More would be a mistake, as with layers: each expert has weights of its own to be named. */
const maxExperts = 100_000;

/** What is asked of every number of experts, under the names that a file gives to them. */
interface ExpertCounts {
  readonly what: string;
  readonly prefix?: string;
  readonly names: { readonly experts: string; readonly active: string };
  readonly layers: number;
}

function readCounts(
  numExperts: number,
  numExpertsPerToken: number,
  { what, prefix = '', names, layers }: ExpertCounts,
): ExpertsConfig {
  if (numExpertsPerToken > numExperts) {
    const problem = `more than the experts of '${names.experts}'`;
    throw fieldError(what, `${prefix}${names.active}`, problem);
  }
  if (layers * numExperts > maxExperts) {
    const problem = `more than ${maxExperts} experts in all layers together`;
    throw fieldError(what, `${prefix}${names.experts}`, problem);
  }
  return { numExperts, numExpertsPerToken };
}

/** Fields of Hugging Face configs that change training, or what is given out beside the logits. */
export const inertExpertFields = ['output_router_logits', 'router_aux_loss_coef'] as const;

/** The config with the number of experts under one name: transformers takes `num_local_experts` too, and may write it. */
export const withOneExpertCount = (type: string, config: Readonly<Record<string, unknown>>) =>
  withoutAliases(type, config, { num_local_experts: 'num_experts' });

/** What Hugging Face configs call the number of experts of a layer. */
type ExpertsField = 'num_experts' | 'num_local_experts';

/**
 * The experts of a Hugging Face config.
 *
 * @throws GeodesicError `config.field` for more active experts than there are, or more in all layers than can be meant
 */
export function readExperts<Name extends ExpertsField>(
  type: string,
  name: Name,
  fields: Readonly<Record<Name | 'num_experts_per_tok' | 'num_hidden_layers', number>>,
): ExpertsConfig {
  return readCounts(fields[name], fields.num_experts_per_tok, {
    what: describeConfig(type),
    names: { experts: name, active: 'num_experts_per_tok' },
    layers: fields.num_hidden_layers,
  });
}

/** Their fields in GGUF metadata, to spread into an architecture's schema. */
export const ggufExpertFields = {
  expert_count: positiveInteger,
  expert_used_count: positiveInteger,
} as const;

/** @throws GeodesicError as `readExperts` */
export function readGgufExperts(
  type: string,
  fields: Readonly<Record<keyof typeof ggufExpertFields | 'block_count', number>>,
): ExpertsConfig {
  return readCounts(fields.expert_count, fields.expert_used_count, {
    what: describeGguf(type),
    prefix: `${type}.`,
    names: { experts: 'expert_count', active: 'expert_used_count' },
    layers: fields.block_count,
  });
}
