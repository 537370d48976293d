import type { CacheStorage, Device, Weight } from '@geodesic/backend';
import type { Traceable } from '@geodesic/compiler';
import type { DecoderConfig, ResolvedModel } from '@geodesic/models';
import type { Checkpoint, Tokenizer } from '@geodesic/weights';
import { checkCacheStorage, defaultCacheStorage } from './cache-storage.js';
import { checkModelParts } from './check-model.js';
import { checkLoadOptions } from './load-options.js';
import { type LoadWeightsOptions, loadParameters } from './parameters/load-parameters.js';
import { Session } from './session/session.js';
import type { SessionOptions } from './session/session-options.js';
import type { SurpriseProbes } from './surprise-probes/surprise-probes.js';

/** What a language model is made of. */
export interface LanguageModelParts {
  readonly definition: Traceable;
  readonly config: DecoderConfig;
  readonly device: Device;
  /** By weight path; owned by the model from here on. */
  readonly parameters: ReadonlyMap<string, Weight>;
  readonly tokenizer?: Tokenizer | undefined;
  /** How sessions cache keys and values. Default: as half floats where the device can and weights are packed. */
  readonly cache?: CacheStorage | undefined;
  /** By layer: what tells from its output how surprising a token was. Merges that protect `surprising` need that of their layer. */
  readonly surprise?: SurpriseProbes | undefined;
}

/** How a model is loaded. */
export interface LoadModelOptions extends LoadWeightsOptions {
  readonly tokenizer?: Tokenizer | undefined;
  /** As of `LanguageModelParts`. */
  readonly cache?: CacheStorage | undefined;
  readonly surprise?: SurpriseProbes | undefined;
}

/** A model with its weights on a device. It is never changed: each session compiles its own program, merged or not. */
export class LanguageModel {
  readonly definition: Traceable;
  readonly config: DecoderConfig;
  readonly device: Device;
  readonly parameters: ReadonlyMap<string, Weight>;
  readonly tokenizer: Tokenizer | undefined;
  /** How its sessions cache keys and values, where the device computes their graphs in its own way and heads are of even sizes. */
  readonly cache: CacheStorage;
  readonly surprise: SurpriseProbes;
  #disposed = false;

  /** @throws GeodesicError `cache.half` for a cache that the device lacks, `run.option` for parts that a model can't have */
  constructor(parts: LanguageModelParts) {
    checkModelParts(parts);
    checkCacheStorage(parts.cache, parts.device);
    this.definition = parts.definition;
    this.config = parts.config;
    this.device = parts.device;
    this.parameters = parts.parameters;
    this.tokenizer = parts.tokenizer;
    this.surprise = parts.surprise ?? new Map();
    this.cache = parts.cache ?? defaultCacheStorage(parts.device, parts.parameters);
  }

  /**
   * Reads the weights of a resolved model to a device.
   *
   * @throws GeodesicError `run.option`, `weights.mismatch`, `weights.packed`, `cache.half`, `run.aborted` and those of the checkpoint
   */
  static async load(
    resolved: ResolvedModel,
    checkpoint: Checkpoint,
    device: Device,
    options: LoadModelOptions = {},
  ): Promise<LanguageModel> {
    checkLoadOptions(options);
    const { tokenizer, cache, surprise } = options;
    checkCacheStorage(cache, device);
    const parameters = await loadParameters(resolved, checkpoint, device, options);
    const { model: definition, config } = resolved;
    return new LanguageModel({ definition, config, device, parameters, tokenizer, cache, surprise });
  }

  /** Compiles a program for this model; with `merge`, the session's later layers see merged tokens. */
  session(options: SessionOptions = {}): Session {
    return new Session(this, options);
  }

  /** Whether the weights were freed. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Frees the weights. */
  dispose(): void {
    this.#disposed = true;
    for (const weight of this.parameters.values()) weight.dispose();
  }
}
