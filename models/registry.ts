import { GeodesicError } from '@geodesic/compiler';
import type { Model } from '@geodesic/dsl';
import type { Architecture, DecoderConfig, GgufDescription, TensorMap } from './architecture.js';
import { llamaArchitecture } from './llama.js';

/** Every architecture that checkpoints can be loaded into. */
export const architectures = [llamaArchitecture] as const;

/** A checkpoint's model: its architecture with the config filled in. */
export interface ResolvedModel {
  readonly architecture: string;
  readonly config: DecoderConfig;
  readonly model: Model;
  readonly tensors: TensorMap;
}

/**
 * The model of a Hugging Face `config.json`.
 *
 * @throws GeodesicError `config.architecture` for a `model_type` that is not supported, `config.*` naming a field
 */
export function modelFromHuggingFace(config: Readonly<Record<string, unknown>>): ResolvedModel {
  const type = config.model_type;
  if (typeof type !== 'string') {
    throw new GeodesicError('config.field', "config.json: field 'model_type': a string is needed");
  }
  const architecture = architectures.find(({ huggingFaceTypes }) => huggingFaceTypes.includes(type));
  if (architecture === undefined) throw unsupported(type, (one) => one.huggingFaceTypes);
  return resolve(architecture, architecture.readHuggingFace(config));
}

/**
 * The model of a GGUF file, from its metadata and the names of its tensors.
 *
 * @throws GeodesicError as `modelFromHuggingFace`
 */
export function modelFromGguf(description: GgufDescription): ResolvedModel {
  const type = description.metadata['general.architecture'];
  const architecture = architectures.find(({ ggufTypes }) => ggufTypes.includes(String(type)));
  if (architecture === undefined) throw unsupported(String(type), (one) => one.ggufTypes);
  return resolve(architecture, architecture.readGguf(description));
}

function resolve<Config extends DecoderConfig>(
  architecture: Architecture<Config>,
  config: Config,
): ResolvedModel {
  return {
    architecture: architecture.name,
    config,
    model: architecture.build(config),
    tensors: architecture.tensors,
  };
}

function unsupported(
  type: string,
  names: (architecture: Architecture<never>) => readonly string[],
): GeodesicError {
  const supported = architectures
    .flatMap((architecture) => names(architecture as Architecture<never>))
    .join(', ');
  return new GeodesicError(
    'config.architecture',
    `architecture '${type}' is not supported; supported are ${supported}`,
  );
}
