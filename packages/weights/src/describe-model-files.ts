import { GeodesicError } from '@geodesic/compiler';
import type { Checkpoint } from './checkpoint.js';
import { ggufChatTemplate, ggufTokenizer } from './gguf-tokenizer.js';
import {
  huggingFaceChatTemplate,
  huggingFaceTokenizer,
  type TokenizerFiles,
} from './hugging-face-tokenizer.js';
import type { GgufModelSource, SafetensorsModelSource } from './model-source.js';
import { parseJsonObject } from './strict-json.js';
import type { Tokenizer } from './tokenizer.js';

/** The files of a model as Hugging Face stores it, wherever they are. */
export interface ModelFolder {
  /** Shown in errors. */
  readonly path: string;
  openCheckpoint(): Promise<Checkpoint>;
  /** The text of a file, or undefined where there is none. */
  readText(name: string): Promise<string | undefined>;
  /** How a file is called in errors. */
  pathOf(name: string): string;
}

/**
 * Describes the model in a GGUF file.
 *
 * @param name of the file, shown in errors
 */
export function describeGguf(path: string, name: string, checkpoint: Checkpoint): GgufModelSource {
  const { metadata } = checkpoint;
  return {
    format: 'gguf',
    path,
    ggufMetadata: metadata,
    checkpoint,
    loadTokenizer: once(async () => ggufTokenizer(metadata, name)),
    loadChatTemplate: async () => ggufChatTemplate(metadata),
  };
}

/**
 * Describes the model in a folder: configuration beside safetensors.
 *
 * @throws GeodesicError `weights.missing-file`, `weights.json`, and what opening the checkpoint gives
 */
export async function describeFolder(folder: ModelFolder): Promise<SafetensorsModelSource> {
  const { path } = folder;
  const config = await readJson(folder, 'config.json');
  if (!config)
    throw new GeodesicError(
      'weights.missing-file',
      `${path} has no config.json: choose a model's folder, or all of its files`,
    );
  const generationConfig = await readJson(folder, 'generation_config.json');
  const templateFiles = once(() => readTemplateFiles(folder));
  return {
    format: 'safetensors',
    path,
    config,
    ...(generationConfig && { generationConfig }),
    checkpoint: await folder.openCheckpoint(),
    loadTokenizer: once(() => readTokenizer(folder, templateFiles(), [generationConfig ?? {}, config])),
    loadChatTemplate: async () => huggingFaceChatTemplate(await templateFiles()),
  };
}

type TemplateFiles = Pick<TokenizerFiles, 'tokenizerConfig' | 'chatTemplate'>;

async function readTokenizer(
  folder: ModelFolder,
  templateFiles: Promise<TemplateFiles>,
  configs: readonly Record<string, unknown>[],
): Promise<Tokenizer> {
  const [tokenizer, files] = await Promise.all([readJson(folder, 'tokenizer.json'), templateFiles]);
  if (!tokenizer)
    throw new GeodesicError(
      'tokenizer.missing',
      `${folder.path} has no tokenizer.json: fetch it beside config.json`,
    );
  return huggingFaceTokenizer({
    name: folder.pathOf('tokenizer.json'),
    tokenizer,
    configs,
    ...files,
  });
}

async function readTemplateFiles(folder: ModelFolder): Promise<TemplateFiles> {
  const [tokenizerConfig, chatTemplate] = await Promise.all([
    readJson(folder, 'tokenizer_config.json'),
    folder.readText('chat_template.jinja'),
  ]);
  return { ...(tokenizerConfig && { tokenizerConfig }), ...(chatTemplate !== undefined && { chatTemplate }) };
}

async function readJson(folder: ModelFolder, name: string): Promise<Record<string, unknown> | undefined> {
  const text = await folder.readText(name);
  return text === undefined ? undefined : parseJsonObject(text, folder.pathOf(name));
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
