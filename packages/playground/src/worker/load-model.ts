import { middleLayer } from '@geodesic/compiler';
import { defaultProtection, LanguageModel, resolveSource, shippedProbes } from '@geodesic/runtime';
import { blobFile, type RandomAccessFile, readModelFiles, type Tokenizer } from '@geodesic/weights';
import type { BackendChoice, JobReply, LoadedModel, LoadStage, ModelChoice } from '../protocol.js';
import { findServedFiles } from './find-served-files.js';
import { openDevice } from './open-device.js';
import { throwIfAborted } from './throw-if-aborted.js';

const WARM_UP_TOKENS = 8;

/** A model that can answer. */
export interface LoadedLanguageModel {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  readonly description: LoadedModel;
}

/**
 * Opens a device, finds a model and reads its weights, then runs it once, so that no answer pays for what a backend does with the first
 * step: XNNPACK packs each weight, WebGPU compiles kernels.
 *
 * @param say is told how far it is
 * @throws GeodesicError what is wrong with device or files; `tokenizer.missing`; `run.aborted`
 */
export async function loadModel(
  choice: ModelChoice,
  backend: BackendChoice,
  say: (reply: JobReply) => void,
  signal: AbortSignal,
): Promise<LoadedLanguageModel> {
  const progress = (stage: LoadStage, done = 0, total = 0) =>
    say({ kind: 'progress', progress: { stage, done, total } });
  progress('device');
  const { device, passedOver } = await openDevice(backend);
  throwIfAborted(signal);
  const files = await openFiles(choice, (done, total) => progress('download', done, total), signal);
  const source = await readModelFiles(files);
  const resolved = await resolveSource(source);
  const tokenizer = await source.loadTokenizer();
  const model = await LanguageModel.load(resolved, source.checkpoint, device, {
    tokenizer,
    surprise: choice.kind === 'served' ? await shippedProbes(choice.name) : undefined,
    onProgress: ({ loaded, total }) => progress('weights', loaded, total),
    signal,
  });
  try {
    progress('warm-up');
    await warmUp(model, signal);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const layers = resolved.config.numHiddenLayers;
  const merge = { afterLayer: middleLayer(layers) };
  return {
    model,
    tokenizer,
    description: {
      name: choice.kind === 'served' ? choice.name : nameOf(files),
      architecture: resolved.architecture,
      layers,
      contextLength: resolved.config.maxPositionEmbeddings,
      hasChatTemplate: tokenizer.chatTemplate !== undefined,
      merge: { ...merge, protect: defaultProtection(merge, tokenizer, model.surprise) ?? [] },
      device: `${device.name}: ${device.description}`,
      ...(passedOver !== undefined && { passedOver }),
    },
  };
}

async function openFiles(
  choice: ModelChoice,
  onDownload: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<readonly RandomAccessFile[]> {
  if (choice.kind === 'files') return choice.files.map((file) => blobFile(file));
  return findServedFiles(choice.name, onDownload, signal);
}

/** One prompt and one token behind it: both graphs have run then. */
async function warmUp(model: LanguageModel, signal: AbortSignal): Promise<void> {
  const session = model.session();
  try {
    await session.prefill([new Array<number>(WARM_UP_TOKENS).fill(0)], { signal });
    await session.decode([[0]], { signal });
  } finally {
    session.dispose();
  }
}

function nameOf(files: readonly RandomAccessFile[]): string {
  const weights = files.find(({ name }) => /\.(gguf|safetensors)$/.test(name));
  return weights?.name ?? 'model';
}
