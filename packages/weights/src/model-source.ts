import type { Checkpoint, MetadataValue } from './checkpoint.js';
import type { Tokenizer } from './tokenizer.js';

interface ModelFiles {
  /** Where it was read from. */
  readonly path: string;
  readonly checkpoint: Checkpoint;
  /**
   * The tokenizer, read at the first call.
   *
   * @throws GeodesicError `tokenizer.missing`, `tokenizer.format`, and what reading its files gives
   */
  loadTokenizer(): Promise<Tokenizer>;
  /**
   * The chat template of the tokenizer, or undefined where it has none: without building the tokenizer, which takes most of a second
   * where the vocabulary is large.
   *
   * @throws GeodesicError what reading its files gives
   */
  loadChatTemplate(): Promise<string | undefined>;
}

/** A model as Hugging Face stores it: `config.json` beside safetensors. */
export interface SafetensorsModelSource extends ModelFiles {
  readonly format: 'safetensors';
  /** The parsed `config.json`; what its fields mean is for the model registry to say. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The parsed `generation_config.json`, if there is one. */
  readonly generationConfig?: Readonly<Record<string, unknown>>;
}

/** A model in one GGUF file, which describes itself. */
export interface GgufModelSource extends ModelFiles {
  readonly format: 'gguf';
  readonly ggufMetadata: ReadonlyMap<string, MetadataValue>;
}

/** A model on disk, opened but not loaded. */
export type ModelSource = SafetensorsModelSource | GgufModelSource;
