import type { Device, Weight } from '@geodesic/backend';
import type { Traceable } from '@geodesic/compiler';
import type { DecoderConfig, ResolvedModel } from '@geodesic/models';
import type { Checkpoint, Tokenizer } from '@geodesic/weights';
import { type LoadWeightsOptions, loadParameters } from './load-parameters.js';
import { Session, type SessionOptions } from './session.js';

/** What a language model is made of. */
export interface LanguageModelParts {
  readonly definition: Traceable;
  readonly config: DecoderConfig;
  readonly device: Device;
  /** By weight path; owned by the model from here on. */
  readonly parameters: ReadonlyMap<string, Weight>;
  readonly tokenizer?: Tokenizer | undefined;
}

/** A model with its weights on a device. It is never changed: each session compiles its own program, merged or not. */
export class LanguageModel {
  readonly definition: Traceable;
  readonly config: DecoderConfig;
  readonly device: Device;
  readonly parameters: ReadonlyMap<string, Weight>;
  readonly tokenizer: Tokenizer | undefined;
  #disposed = false;

  constructor(parts: LanguageModelParts) {
    this.definition = parts.definition;
    this.config = parts.config;
    this.device = parts.device;
    this.parameters = parts.parameters;
    this.tokenizer = parts.tokenizer;
  }

  /**
   * Reads the weights of a resolved model to a device.
   *
   * @throws GeodesicError `weights.mismatch`, `weights.packed` and those of the checkpoint
   */
  static async load(
    resolved: ResolvedModel,
    checkpoint: Checkpoint,
    device: Device,
    options: LoadWeightsOptions & { readonly tokenizer?: Tokenizer | undefined } = {},
  ): Promise<LanguageModel> {
    const parameters = await loadParameters(resolved, checkpoint, device, options);
    const { model: definition, config } = resolved;
    return new LanguageModel({ definition, config, device, parameters, tokenizer: options.tokenizer });
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
