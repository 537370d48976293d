import type { Model } from '@geodesic/dsl';

/** Facts of a model that everything around the graph needs; each architecture's config adds its own. */
export interface DecoderConfig {
  readonly vocabSize: number;
  readonly numHiddenLayers: number;
  /** Longest context that the model was made for, in tokens. */
  readonly maxPositionEmbeddings: number;
}

/** How an architecture tells tokens apart by where they stand. */
export type PositionScheme = 'RoPE' | 'partial RoPE' | 'interleaved RoPE' | 'ALiBi' | 'learned' | 'none';

/** What its masks let a token see, in some layers or all. */
export type MaskKind = 'causal' | 'sliding window';

/** How one weight is stored in a checkpoint, where its name alone does not say it. */
export interface StoredWeight {
  /** Name of the tensor; `{i}` is the layer. */
  readonly name: string;
  /**
   * `outIn`, the default, for matrices of linear layers; `inOut` as GPT-2 stores them; `vector` for the matrix of one output feature
   * that is stored without an axis for it; `asIs` for what is no projection and is stored with our own axes.
   */
  readonly layout?: 'outIn' | 'inOut' | 'vector' | 'asIs';
  /** Where several weights share one tensor: which of its output features belong to this one. */
  readonly rows?: StoredRows;
  /** Which of the matrices that are stored stacked, [count, out, in]: an expert's. */
  readonly matrix?: { readonly index: number; readonly of: number };
  /** The weight [count, …] is stored as this many tensors, each of which has its number in place of `{j}`. */
  readonly stackOf?: number;
  /** What is added to each stored number: 1 where a norm's weight is stored as its difference from 1. */
  readonly plus?: number;
  /**
   * Heads whose output features are stored interleaved: as GGUF stores projections whose halves turn together.
   * (llama.cpp, `LlamaModel.permute` in convert_hf_to_gguf.py.)
   */
  readonly interleavedHeads?: number;
}

/** Output features of a fused tensor: of each of `groups` runs of `of` features, those from `start` on, `size` of them. */
export interface StoredRows {
  readonly groups: number;
  readonly of: number;
  readonly start: number;
  readonly size: number;
}

/** Where one weight stands in checkpoints: by name, with a recipe where the name alone does not say it. */
export interface TensorSource {
  readonly huggingFace: string | StoredWeight;
  /** Left out where GGUF knows no such weight. */
  readonly gguf?: string | StoredWeight;
}

/** From the path of a weight in the model (`{i}` is the layer) to its place in checkpoints. */
export type TensorMap = Readonly<Record<string, TensorSource>>;

/** What a GGUF file says of its model. */
export interface GgufDescription {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensorNames: readonly string[];
  /** The numbers in those of its tensors that describe the model instead of being weights of it: `ROTARY_FACTOR_TENSORS`. */
  readonly rotaryFactors?: Readonly<Record<string, readonly number[]>>;
}

/** How GGUF files of an architecture are read. */
export interface GgufReading<Config extends DecoderConfig> {
  /** `general.architecture` of the files. */
  readonly types: readonly string[];
  /** Where several architectures share a type: whether a file is of this one. The registry asks in its order. */
  accepts?(description: GgufDescription): boolean;
  /** @throws GeodesicError `config.*` naming the field */
  read(description: GgufDescription): Config;
}

/** How Hugging Face checkpoints of an architecture are read. */
export interface HuggingFaceReading<Config extends DecoderConfig> {
  /** `model_type` of the configs. */
  readonly types: readonly string[];
  /** @throws GeodesicError `config.*` naming the field */
  read(config: Readonly<Record<string, unknown>>): Config;
  /** What tensor names begin with in some checkpoints and leave out in others: `transformer.`. */
  readonly optionalPrefix?: string;
  /** Names of tensors that older exporters wrote and that nothing computes with: masks, and frequencies that follow from the config. */
  readonly redundant?: RegExp;
}

/** One architecture: how its configs are read, how its graph is built, where its weights are. */
export interface Architecture<Config extends DecoderConfig = DecoderConfig> {
  readonly name: string;
  /** Models that people know it by. */
  readonly knownFor: string;
  readonly positions: readonly PositionScheme[];
  readonly masks: readonly MaskKind[];
  readonly huggingFace: HuggingFaceReading<Config>;
  /** Left out where there are no GGUF files. */
  readonly gguf?: GgufReading<Config>;
  build(config: Config): Model;
  tensors(config: Config): TensorMap;
}
