import { GeodesicError } from '@geodesic/compiler';
import type { Model } from '@geodesic/dsl';
import { arceeArchitecture } from './arcee.js';
import type {
  Architecture,
  DecoderConfig,
  GgufDescription,
  HuggingFaceReading,
  MaskKind,
  PositionScheme,
  TensorMap,
} from './architecture.js';
import { bloomArchitecture } from './bloom.js';
import { codegenArchitecture } from './codegen.js';
import { cohereArchitecture } from './cohere.js';
import { cohere2Architecture } from './cohere2.js';
import { ernie45Architecture } from './ernie4-5.js';
import { exaone4Architecture } from './exaone4.js';
import { falconArchitecture } from './falcon.js';
import { gemmaArchitecture } from './gemma.js';
import { gemma2Architecture } from './gemma2.js';
import { gemma3Architecture } from './gemma3.js';
import { glmArchitecture } from './glm.js';
import { glm4Architecture } from './glm4.js';
import { gptBigCodeArchitecture } from './gpt-bigcode.js';
import { gptNeoArchitecture } from './gpt-neo.js';
import { gptNeoxArchitecture } from './gpt-neox.js';
import { gpt2Architecture } from './gpt2.js';
import { gptjArchitecture } from './gptj.js';
import { graniteArchitecture } from './granite.js';
import { graniteMoeArchitecture } from './granitemoe.js';
import { heliumArchitecture } from './helium.js';
import { hunyuanV1DenseArchitecture } from './hunyuan-v1-dense.js';
import { llamaArchitecture } from './llama.js';
import { mistralArchitecture } from './mistral.js';
import { mixtralArchitecture } from './mixtral.js';
import { mptArchitecture } from './mpt.js';
import { nemotronArchitecture } from './nemotron.js';
import { olmoArchitecture } from './olmo.js';
import { olmo2Architecture } from './olmo2.js';
import { olmo3Architecture } from './olmo3.js';
import { olmoeArchitecture } from './olmoe.js';
import { optArchitecture } from './opt.js';
import { phiArchitecture } from './phi.js';
import { phi3Architecture } from './phi3.js';
import { qwen2Architecture } from './qwen2.js';
import { qwen2MoeArchitecture } from './qwen2-moe.js';
import { qwen3Architecture } from './qwen3.js';
import { qwen3MoeArchitecture } from './qwen3-moe.js';
import { seedOssArchitecture } from './seed-oss.js';
import { smollm3Architecture } from './smollm3.js';
import { stablelmArchitecture } from './stablelm.js';
import { starcoder2Architecture } from './starcoder2.js';

/** A checkpoint's model: its architecture with the config filled in. */
export interface ResolvedModel {
  readonly architecture: string;
  readonly config: DecoderConfig;
  readonly model: Model;
  readonly tensors: TensorMap;
  /** How tensors are named in Hugging Face checkpoints, beyond the map. */
  readonly huggingFace: Pick<HuggingFaceReading<never>, 'optionalPrefix' | 'redundant'>;
}

/** An architecture whose config's type is its own affair. */
export interface RegisteredArchitecture {
  readonly name: string;
  readonly knownFor: string;
  readonly positions: readonly PositionScheme[];
  readonly masks: readonly MaskKind[];
  readonly huggingFaceTypes: readonly string[];
  readonly ggufTypes: readonly string[];
  fromHuggingFace(config: Readonly<Record<string, unknown>>): ResolvedModel;
  /** Nothing where the file is of another architecture of the same type. */
  fromGguf(description: GgufDescription): ResolvedModel | undefined;
}

/** Every architecture that checkpoints can be loaded into; of those that share a GGUF type, the first that accepts a file has it. */
export const architectures: readonly RegisteredArchitecture[] = [
  registered(mixtralArchitecture),
  registered(mistralArchitecture),
  registered(llamaArchitecture),
  registered(qwen2Architecture),
  registered(qwen3Architecture),
  registered(qwen2MoeArchitecture),
  registered(qwen3MoeArchitecture),
  registered(olmoeArchitecture),
  registered(graniteMoeArchitecture),
  registered(starcoder2Architecture),
  registered(stablelmArchitecture),
  registered(cohereArchitecture),
  registered(cohere2Architecture),
  registered(olmoArchitecture),
  registered(olmo3Architecture),
  registered(olmo2Architecture),
  registered(smollm3Architecture),
  registered(ernie45Architecture),
  registered(hunyuanV1DenseArchitecture),
  registered(exaone4Architecture),
  registered(graniteArchitecture),
  registered(gemmaArchitecture),
  registered(gemma2Architecture),
  registered(gemma3Architecture),
  registered(phiArchitecture),
  registered(phi3Architecture),
  registered(nemotronArchitecture),
  registered(arceeArchitecture),
  registered(seedOssArchitecture),
  registered(heliumArchitecture),
  registered(glmArchitecture),
  registered(glm4Architecture),
  registered(gpt2Architecture),
  registered(gptBigCodeArchitecture),
  registered(gptNeoxArchitecture),
  registered(falconArchitecture),
  registered(bloomArchitecture),
  registered(mptArchitecture),
  registered(optArchitecture),
  registered(gptNeoArchitecture),
  registered(gptjArchitecture),
  registered(codegenArchitecture),
];

/**
 * The model of a Hugging Face `config.json`.
 *
 * @throws GeodesicError `config.architecture` for a `model_type` that is not supported, `config.*` naming a field
 */
export function modelFromHuggingFace(config: Readonly<Record<string, unknown>>): ResolvedModel {
  const type = config?.model_type;
  if (typeof type !== 'string') {
    throw new GeodesicError('config.field', "config.json: field 'model_type': a string is needed");
  }
  const architecture = architectures.find(({ huggingFaceTypes }) => huggingFaceTypes.includes(type));
  if (architecture === undefined) throw unsupported(type, (one) => one.huggingFaceTypes);
  return architecture.fromHuggingFace(config);
}

/**
 * The model of a GGUF file, from its metadata and the names of its tensors.
 *
 * @throws GeodesicError as `modelFromHuggingFace`
 */
export function modelFromGguf(description: GgufDescription): ResolvedModel {
  const type = String(description.metadata['general.architecture']);
  for (const architecture of architectures) {
    const resolved = architecture.ggufTypes.includes(type) && architecture.fromGguf(description);
    if (resolved) return resolved;
  }
  throw unsupported(type, (one) => one.ggufTypes);
}

function registered<Config extends DecoderConfig>(
  architecture: Architecture<Config>,
): RegisteredArchitecture {
  const { name, knownFor, positions, masks, huggingFace, gguf } = architecture;
  const resolve = (config: Config): ResolvedModel => ({
    architecture: name,
    config,
    model: architecture.build(config),
    tensors: architecture.tensors(config),
    huggingFace: { optionalPrefix: 'model.', ...huggingFace },
  });
  return {
    name,
    knownFor,
    positions,
    masks,
    huggingFaceTypes: huggingFace.types,
    ggufTypes: gguf?.types ?? [],
    fromHuggingFace: (config) => resolve(huggingFace.read(config)),
    fromGguf: (description) =>
      gguf === undefined || gguf.accepts?.(description) === false
        ? undefined
        : resolve(gguf.read(description)),
  };
}

function unsupported(
  type: string,
  names: (architecture: RegisteredArchitecture) => readonly string[],
): GeodesicError {
  const supported = [...new Set(architectures.flatMap(names))].join(', ');
  return new GeodesicError(
    'config.architecture',
    `architecture '${type}' is not supported; supported are ${supported}`,
  );
}
