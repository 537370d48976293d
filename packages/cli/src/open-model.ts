import type { Device } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import type { ResolvedModel } from '@geodesic/models';
import {
  checkLoadOptions,
  LanguageModel,
  type LoadModelOptions,
  resolveSource,
  shippedProbes,
} from '@geodesic/runtime';
import type { ModelSource, Tokenizer } from '@geodesic/weights';
import { type DownloadProgress, readModelSource, resolveModel } from '@geodesic/weights/node';
import { openBackend } from './open-backend.js';

/** A model that was found and described, with no weight read yet. */
export class OpenedModel {
  readonly path: string;
  readonly resolved: ResolvedModel;
  readonly #source: ModelSource;
  readonly #name: string;

  /** @param name by which the model was asked for */
  constructor(source: ModelSource, resolved: ResolvedModel, name: string) {
    this.#name = name;
    this.path = source.path;
    this.resolved = resolved;
    this.#source = source;
  }

  tokenizer(): Promise<Tokenizer> {
    return this.#source.loadTokenizer();
  }

  /** Without reading the tokenizer; nothing where the model has none. */
  chatTemplate(): Promise<string | undefined> {
    return this.#source.loadChatTemplate();
  }

  /** Nothing where the model has none: it still works on token ids. */
  tokenizerIfAny(): Promise<Tokenizer | undefined> {
    return this.tokenizer().catch(ignoreMissing);
  }

  /** Reads the weights to a device and closes the files. A model without a tokenizer still works on token ids. */
  async load(device: Device, options: Omit<LoadModelOptions, 'tokenizer'> = {}): Promise<LanguageModel> {
    try {
      const { checkpoint } = this.#source;
      const tokenizer = await this.tokenizerIfAny();
      const surprise = options.surprise ?? (await shippedProbes(this.#name));
      return await LanguageModel.load(this.resolved, checkpoint, device, { ...options, tokenizer, surprise });
    } finally {
      await this.close();
    }
  }

  /** Closes the files. Once is enough, more do no harm. */
  async close(): Promise<void> {
    await this.#source.checkpoint.close();
  }
}

/**
 * Finds a model by a path, `owner/name` on the hub or a name of the catalogue, and reads its description.
 *
 * @throws GeodesicError where it can't be found, downloaded or understood
 */
export async function openModel(
  name: string,
  options: {
    onDownload?: ((progress: DownloadProgress) => void) | undefined;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<OpenedModel> {
  const path = await resolveModel(name, { onProgress: options.onDownload, signal: options.signal });
  const source = await readModelSource(path);
  try {
    return new OpenedModel(source, await resolveSource(source), name);
  } catch (error) {
    await source.checkpoint.close();
    throw error;
  }
}

/**
 * Starts a backend, finds a model and reads the weights: a backend that can't be had is refused before anything is
 * downloaded.
 *
 * @param options.signal ends the download
 * @param options.weights `packed`, quantised as they are stored, or `float32`; default: packed where the backend can
 * @param options.cache keys and values as `half` floats or `float32`; default: half where weights are packed
 * @throws GeodesicError `run.option` for an option that there is none of, and as `openBackend`, `openModel` and the reading of weights
 * @throws the signal's reason when aborted
 */
export async function loadModel(
  name: string,
  options: Omit<LoadModelOptions, 'tokenizer'> & {
    readonly backend?: string | undefined;
    readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<LanguageModel> {
  checkLoadOptions(options, 'loadModel', OPTIONS);
  const { backend = 'wasm', onDownload, signal, ...loading } = options;
  const device = await openBackend(backend);
  const opened = await openModel(name, { onDownload, signal });
  try {
    signal?.throwIfAborted();
    return await opened.load(device, loading);
  } finally {
    await opened.close();
  }
}

const OPTIONS: Readonly<Record<keyof NonNullable<Parameters<typeof loadModel>[1]>, true>> = {
  backend: true,
  weights: true,
  cache: true,
  surprise: true,
  onDownload: true,
  onProgress: true,
  signal: true,
};

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof GeodesicError && error.code === 'tokenizer.missing')) throw error;
}
