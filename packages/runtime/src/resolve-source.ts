import { modelFromGguf, modelFromHuggingFace, type ResolvedModel } from '@geodesic/models';
import type { ModelSource } from '@geodesic/weights';

/**
 * The model that an opened source describes.
 *
 * @throws GeodesicError where its config or metadata can't be understood
 */
export function resolveSource(source: ModelSource): ResolvedModel {
  if (source.format === 'safetensors') return modelFromHuggingFace(source.config);
  const metadata = Object.fromEntries(source.ggufMetadata);
  return modelFromGguf({ metadata, tensorNames: source.checkpoint.names() });
}
