import { modelFromHuggingFace } from '@geodesic/models';

/** A value of no field. */
const NONSENSE = { geodesic: 'nonsense' };

/**
 * The fields of a config that change nothing of the graph, whatever they say: the config can be read with nonsense in their place,
 * and gives the same. Configs are read strictly, so that any other field would refuse it.
 */
export function idleFields(config: Readonly<Record<string, unknown>>): string[] {
  const meaning = JSON.stringify(modelFromHuggingFace(config).config);
  return Object.keys(config).filter((field) => {
    if (field === 'model_type') return false;
    try {
      return JSON.stringify(modelFromHuggingFace({ ...config, [field]: NONSENSE }).config) === meaning;
    } catch {
      return false;
    }
  });
}
