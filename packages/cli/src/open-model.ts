import type { Device } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { modelFromGguf, modelFromHuggingFace, type ResolvedModel } from '@geodesic/models';
import { LanguageModel, type LoadProgress } from '@geodesic/runtime';
import type { ModelSource, Tokenizer } from '@geodesic/weights';
import { type DownloadProgress, readModelSource, resolveModel } from '@geodesic/weights/node';
import { openBackend } from './open-backend.js';

/** A model that was found and described, with no weight read yet. */
export class OpenedModel {
  readonly path: string;
  readonly resolved: ResolvedModel;
  readonly #source: ModelSource;

  constructor(source: ModelSource) {
    this.path = source.path;
    this.resolved = describe(source);
    this.#source = source;
  }

  tokenizer(): Promise<Tokenizer> {
    return this.#source.loadTokenizer();
  }

  /** Reads the weights to a device and closes the files. A model without a tokenizer still works on token ids. */
  async load(device: Device, onProgress?: (progress: LoadProgress) => void): Promise<LanguageModel> {
    try {
      const { checkpoint } = this.#source;
      const tokenizer = await this.tokenizer().catch(ignoreMissing);
      return await LanguageModel.load(this.resolved, checkpoint, device, {
        tokenizer,
        ...(onProgress && { onProgress }),
      });
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
  options: { onDownload?: (progress: DownloadProgress) => void; signal?: AbortSignal } = {},
): Promise<OpenedModel> {
  const path = await resolveModel(name, { onProgress: options.onDownload, signal: options.signal });
  const source = await readModelSource(path);
  try {
    return new OpenedModel(source);
  } catch (error) {
    await source.checkpoint.close();
    throw error;
  }
}

/**
 * Finds a model, starts a backend and reads the weights.
 *
 * @throws GeodesicError as `openModel`, `openBackend` and the reading of weights
 */
export async function loadModel(
  name: string,
  options: {
    backend?: string;
    onDownload?: (progress: DownloadProgress) => void;
    onProgress?: (progress: LoadProgress) => void;
  } = {},
): Promise<LanguageModel> {
  const opened = await openModel(name, options.onDownload ? { onDownload: options.onDownload } : {});
  return opened.load(await openBackend(options.backend ?? 'wasm'), options.onProgress);
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof GeodesicError && error.code === 'tokenizer.missing')) throw error;
}

function describe(source: ModelSource): ResolvedModel {
  if (source.format === 'safetensors') return modelFromHuggingFace(source.config);
  const metadata = Object.fromEntries(source.ggufMetadata);
  return modelFromGguf({ metadata, tensorNames: source.checkpoint.names() });
}
