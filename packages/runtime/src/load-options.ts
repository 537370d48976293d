import { CACHE_STORAGES } from '@geodesic/backend';
import { GeodesicError, optionFault, written } from '@geodesic/compiler';
import type { LoadModelOptions } from './language-model.js';

const OPTIONS: Readonly<Record<keyof LoadModelOptions, true>> = {
  weights: true,
  cache: true,
  onProgress: true,
  signal: true,
  tokenizer: true,
  surprise: true,
};

/**
 * For callers without types: a misspelt option, or a storage that there is none of, would silently mean the default.
 *
 * @param caller shown in errors
 * @param known the options that the caller has
 * @throws GeodesicError `run.option`
 */
export function checkLoadOptions(
  options: LoadModelOptions,
  caller = 'LanguageModel.load',
  known: Readonly<Record<string, true>> = OPTIONS,
): void {
  const refuse = (what: string) => new GeodesicError('run.option', `${caller}: ${what}`);
  const fault = optionFault(options, known);
  if (fault !== undefined) throw refuse(fault);
  const { weights, cache } = options;
  if (weights !== undefined && weights !== 'packed' && weights !== 'float32')
    throw refuse(`weights must be 'packed' or 'float32', not ${written(weights)}`);
  if (cache !== undefined && !CACHE_STORAGES.includes(cache))
    throw refuse(`cache must be ${CACHE_STORAGES.map(written).join(' or ')}, not ${written(cache)}`);
}
