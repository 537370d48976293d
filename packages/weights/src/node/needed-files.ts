import { GeodesicError } from '@geodesic/compiler';
import type { ListFileEntry } from '@huggingface/hub';
import type { HubSource } from '../catalogue.js';

const companions = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
]);

/** What most people take, named in errors where it is there. */
const USUAL = 'Q4_K_M';

/**
 * The files of a repository that a model needs: its safetensors with what describes them, or one GGUF file: that of the quantisation
 * that is asked for, or the only one.
 *
 * @throws GeodesicError `models.not-found` where there are none, or several GGUF files to choose from
 */
export function neededFiles(
  { repo, quantisation }: HubSource,
  entries: readonly ListFileEntry[],
): ListFileEntry[] {
  const files = entries.filter(
    ({ type, path }) => type === 'file' && !path.includes('/') && !path.includes('\\'),
  );
  const gguf = files.filter(({ path }) => isModel(path));
  if (quantisation !== undefined) return [ofQuantisation(repo, quantisation, gguf)];
  const weights = safetensorsOf(files);
  if (weights.length > 0) return [...files.filter(({ path }) => companions.has(path)), ...weights];
  if (gguf.length === 1) return gguf;
  throw new GeodesicError(
    'models.not-found',
    gguf.length === 0
      ? `${repo} holds no safetensors: choose another repository`
      : `${repo} holds no safetensors but ${gguf.length} GGUF files: ${choiceOf(repo, gguf)}`,
  );
}

/** Some repositories hold the weights a second time, in their author's own layout. */
function safetensorsOf(files: readonly ListFileEntry[]): ListFileEntry[] {
  const matching = (pattern: RegExp) => files.filter(({ path }) => pattern.test(path));
  const standard = matching(/^model(-\d+-of-\d+)?\.safetensors(\.index\.json)?$/);
  return standard.length > 0 ? standard : matching(/\.safetensors(\.index\.json)?$/);
}

/** Whether a file is a language model of its own: not a part of one, nor what turns pictures into tokens. */
function isModel(path: string): boolean {
  return path.endsWith('.gguf') && !/-\d{5}-of-\d{5}\.gguf$|^mmproj/.test(path);
}

function ofQuantisation(repo: string, quantisation: string, gguf: readonly ListFileEntry[]): ListFileEntry {
  const found = gguf.filter(({ path }) => quantisationOf(path) === quantisation.toUpperCase());
  const [file, another] = found;
  if (file !== undefined && another === undefined) return file;
  const problem = `${repo} holds ${found.length === 0 ? 'no' : found.length} GGUF files of ${quantisation}`;
  throw new GeodesicError(
    'models.not-found',
    gguf.length === 0
      ? `${problem}, nor of any other quantisation in one file: choose another repository`
      : `${problem}: ${choiceOf(repo, gguf)}`,
  );
}

/** `model-Q4_K_M.gguf` is of Q4_K_M, as llama.cpp's users name files. */
function quantisationOf(path: string): string | undefined {
  return /[-.]([A-Za-z]+\w*)\.gguf$/.exec(path)?.[1]?.toUpperCase();
}

function choiceOf(repo: string, gguf: readonly ListFileEntry[]): string {
  const quantisations = gguf.flatMap(({ path }) => quantisationOf(path) ?? []);
  const distinct = quantisations.filter((name, _, all) => all.indexOf(name) === all.lastIndexOf(name)).sort();
  const [first] = distinct;
  if (first === undefined) return 'download one and give its path';
  const example = distinct.includes(USUAL) ? USUAL : first;
  return `give one by its quantisation, as in ${repo}:${example}; there are ${distinct.join(', ')}`;
}
