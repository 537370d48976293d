import { type GraphRunner, prepareGraph } from '@geodesic/backend';
import type { Graph, Program } from '@geodesic/compiler';
import { checkVocabulary } from '../check-model.js';
import type { LanguageModel } from '../language-model.js';
import { checkWeights } from '../parameters/check-weights.js';
import type { SessionProtection } from '../protection/session-protection.js';

/** The graphs of a program, ready to run on the model's device. */
export interface SessionRunners {
  readonly prefill: GraphRunner;
  readonly decode: GraphRunner;
  readonly remerge?: GraphRunner;
}

/**
 * Prepares the graphs of a program. Where that fails, what protection holds on the device is freed too.
 *
 * @throws GeodesicError `run.option` for merges that the session does not know of and a vocabulary larger than the model's, `weights.mismatch` for weights of another model,
 *   and those of the backend
 */
export function prepareRunners(
  program: Program,
  { cache, config, device, parameters }: LanguageModel,
  protection: SessionProtection,
): SessionRunners {
  const weights = new Map([...parameters, ...protection.parameters]);
  const prepared: GraphRunner[] = [];
  const prepare = (graph: Graph): GraphRunner => {
    const runner = prepareGraph(graph, device, weights, { cache });
    prepared.push(runner);
    return runner;
  };
  try {
    protection.checkInputs(program.prefill);
    checkWeights(program.prefill, weights);
    checkVocabulary(program.prefill, config);
    const { prefill, decode, remerge } = program;
    const runners = { prefill: prepare(prefill), decode: prepare(decode) };
    return remerge === undefined ? runners : { ...runners, remerge: prepare(remerge) };
  } catch (error) {
    for (const runner of prepared) runner.dispose();
    protection.dispose();
    throw error;
  }
}
