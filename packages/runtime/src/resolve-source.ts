import { GeodesicError } from '@geodesic/compiler';
import {
  modelFromGguf,
  modelFromHuggingFace,
  type ResolvedModel,
  ROTARY_FACTOR_TENSORS,
} from '@geodesic/models';
import type { Checkpoint, ModelSource } from '@geodesic/weights';

/** As many as no head has frequencies, so that what is damaged is not read to memory. */
const MOST_FACTORS = 4096;

/**
 * The model that an opened source describes.
 *
 * @throws GeodesicError where its config or metadata can't be understood, and as reading tensors
 */
export async function resolveSource(source: ModelSource): Promise<ResolvedModel> {
  if (source.format === 'safetensors') return modelFromHuggingFace(source.config);
  const metadata = Object.fromEntries(source.ggufMetadata);
  const tensorNames = source.checkpoint.names();
  return modelFromGguf({ metadata, tensorNames, rotaryFactors: await rotaryFactorsOf(source.checkpoint) });
}

async function rotaryFactorsOf(checkpoint: Checkpoint): Promise<Record<string, number[]>> {
  const factors: Record<string, number[]> = {};
  for (const name of ROTARY_FACTOR_TENSORS) {
    const shape = checkpoint.tensors.get(name)?.shape;
    if (shape === undefined) continue;
    if (shape.length !== 1 || (shape[0] as number) > MOST_FACTORS) {
      throw new GeodesicError(
        'config.field',
        `the tensor '${name}' of ${checkpoint.format} files is a list of up to ${MOST_FACTORS} RoPE factors, not [${shape}]`,
      );
    }
    factors[name] = [...(await checkpoint.readFloat32(name))];
  }
  return factors;
}
