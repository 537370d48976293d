import { GeodesicError, type Graph, nodeAt, streamName, TOKENS, written } from '@geodesic/compiler';
import type { DecoderConfig } from '@geodesic/models';
import type { LanguageModelParts } from './language-model.js';

/**
 * For callers without types: what would leave tokens and lengths unchecked, or fail far from here.
 *
 * @throws GeodesicError `run.option`
 */
export function checkModelParts({ config, parameters, surprise }: LanguageModelParts): void {
  const refuse = (what: string) => new GeodesicError('run.option', `LanguageModel: ${what}`);
  const vocabSize = config?.vocabSize;
  if (!Number.isSafeInteger(vocabSize) || vocabSize < 1)
    throw refuse(`config.vocabSize must be a whole number above 0, not ${written(vocabSize)}`);
  const context = config.maxPositionEmbeddings;
  const isUnlimited = context === Number.POSITIVE_INFINITY;
  if (!isUnlimited && (!Number.isSafeInteger(context) || context < 1))
    throw refuse(`config.maxPositionEmbeddings must be a whole number above 0, not ${written(context)}`);
  if (!(parameters instanceof Map)) throw refuse('parameters must be a Map of weights by path');
  // A record would have no probe of any layer, and nothing be said to be surprising.
  if (surprise !== undefined && !(surprise instanceof Map))
    throw refuse('surprise must be a Map of probes by layer');
}

/**
 * Whether a model has a vector for each token of its config: some devices read others from behind the table.
 *
 * @throws GeodesicError `run.option`
 */
export function checkVocabulary(graph: Graph, { vocabSize }: DecoderConfig): void {
  for (const { op, inputs } of graph.nodes) {
    if (op !== 'embedding') continue;
    const [ids, table] = inputs.map((id) => nodeAt(graph, id));
    const vectors = table?.type.axes[1]?.size;
    if (ids?.name !== streamName(TOKENS, 'ids') || typeof vectors !== 'number' || vocabSize <= vectors)
      continue;
    throw new GeodesicError(
      'run.option',
      `session: config.vocabSize is ${vocabSize}, but '${table?.name}' has vectors for ${vectors} tokens`,
    );
  }
}
