import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { ggufTokenizer } from '../gguf-tokenizer.js';
import { huggingFaceTokenizer } from '../hugging-face-tokenizer.js';
import type { ModelSource } from '../model-source.js';
import { parseJsonObject } from '../strict-json.js';
import type { Tokenizer } from '../tokenizer.js';
import { openCheckpoint } from './open-checkpoint.js';

/**
 * Opens a model: a folder as Hugging Face stores it, a folder with one GGUF file, or a GGUF file. Reads headers and
 * configuration only. Close its checkpoint when done.
 *
 * @throws GeodesicError `weights.missing-file`, `weights.json`, `weights.files`, and whatever a damaged file gives
 */
export async function readModelSource(path: string): Promise<ModelSource> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats) throw new GeodesicError('weights.missing-file', `there is no ${path}: check the path`);
  if (!stats.isDirectory() && !path.endsWith('.gguf')) {
    throw new GeodesicError(
      'weights.files',
      `${path} is neither a folder nor a .gguf file: give a model's folder`,
    );
  }
  const folder = stats.isDirectory() && !(await holdsOnlyGguf(path));
  return folder ? readFolder(path) : readGguf(path);
}

async function holdsOnlyGguf(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.some((name) => name.endsWith('.gguf')) && !names.some((name) => name.endsWith('.safetensors'));
}

async function readGguf(path: string): Promise<ModelSource> {
  const checkpoint = await openCheckpoint(path);
  const { metadata } = checkpoint;
  return {
    format: 'gguf',
    path,
    ggufMetadata: metadata,
    checkpoint,
    loadTokenizer: once(async () => ggufTokenizer(metadata, basename(path))),
  };
}

async function readFolder(path: string): Promise<ModelSource> {
  const config = await readJson(path, 'config.json');
  if (!config)
    throw new GeodesicError('weights.missing-file', `${path} has no config.json: choose a model's folder`);
  const generationConfig = await readJson(path, 'generation_config.json');
  return {
    format: 'safetensors',
    path,
    config,
    ...(generationConfig && { generationConfig }),
    checkpoint: await openCheckpoint(path),
    loadTokenizer: once(() => readTokenizer(path, [generationConfig ?? {}, config])),
  };
}

async function readTokenizer(path: string, configs: readonly Record<string, unknown>[]): Promise<Tokenizer> {
  const [tokenizer, tokenizerConfig, chatTemplate] = await Promise.all([
    readJson(path, 'tokenizer.json'),
    readJson(path, 'tokenizer_config.json'),
    readText(path, 'chat_template.jinja'),
  ]);
  if (!tokenizer)
    throw new GeodesicError(
      'tokenizer.missing',
      `${path} has no tokenizer.json: fetch it beside config.json`,
    );
  return huggingFaceTokenizer({
    name: join(path, 'tokenizer.json'),
    tokenizer,
    configs,
    ...(tokenizerConfig && { tokenizerConfig }),
    ...(chatTemplate !== undefined && { chatTemplate }),
  });
}

async function readJson(folder: string, name: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(folder, name);
  return text === undefined ? undefined : parseJsonObject(text, join(folder, name));
}

/** The text of a file, or undefined where there is none. */
async function readText(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new GeodesicError(
      'weights.missing-file',
      `can't read ${join(folder, name)} (${code}): check its permissions`,
      { cause },
    );
  }
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
