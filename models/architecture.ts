import type { Model } from '@geodesic/dsl';

/** Facts of a model that everything around the graph needs; each architecture's config adds its own. */
export interface DecoderConfig {
  readonly vocabSize: number;
  readonly numHiddenLayers: number;
  /** Longest context that the model was made for, in tokens. */
  readonly maxPositionEmbeddings: number;
}

/** Where one weight stands in checkpoints; `{i}` is the layer. Matrices of checkpoints are [out, in], ours [in, out]. */
export interface TensorSource {
  readonly huggingFace: string;
  readonly gguf: string;
  /**
   * GGUF stores the rows of rotated projections interleaved, head by head: the config field that says how many heads.
   * (llama.cpp, `LlamaModel.permute` in convert_hf_to_gguf.py.)
   */
  readonly ggufInterleavedHeads?: 'numAttentionHeads' | 'numKeyValueHeads';
}

/** From the path of a weight in the model to its place in checkpoints. */
export type TensorMap = Readonly<Record<string, TensorSource>>;

/** What a GGUF file says of its model. */
export interface GgufDescription {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensorNames: readonly string[];
}

/** One architecture: how its configs are read, how its graph is built, where its weights are. */
export interface Architecture<Config extends DecoderConfig = DecoderConfig> {
  readonly name: string;
  /** `model_type` of Hugging Face configs. */
  readonly huggingFaceTypes: readonly string[];
  /** `general.architecture` of GGUF files. */
  readonly ggufTypes: readonly string[];
  /** @throws GeodesicError `config.*` naming the field */
  readHuggingFace(config: Readonly<Record<string, unknown>>): Config;
  /** @throws GeodesicError `config.*` naming the field */
  readGguf(description: GgufDescription): Config;
  build(config: Config): Model;
  readonly tensors: TensorMap;
}
