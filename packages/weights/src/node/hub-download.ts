import { join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { GeodesicError } from '@geodesic/compiler';
import { downloadFile, HubApiError, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub';
import type { HubSource } from '../catalogue.js';
import type { DownloadOptions } from './download-progress.js';
import { neededFiles } from './needed-files.js';
import { writeVerified } from './verified-file.js';

/** Limits on waiting for the hub. */
export interface HubTimeouts {
  /** Until the first answer: how long it may take to find that the hub can't be reached. */
  readonly firstAnswerMilliseconds: number;
}

const laterAnswerMilliseconds = 60_000;
const networkCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * Downloads what is needed of a model repository to `folder`: configuration, tokenizer and safetensors, or else a
 * GGUF file. All files are of one commit. `HF_ENDPOINT` and `HF_TOKEN` are respected.
 *
 * @throws GeodesicError `models.unreachable`, `models.not-found` (also for a gated repository without a token),
 *   `models.checksum`
 * @throws what the file system gives, as it is
 */
export async function downloadFromHub(
  source: HubSource,
  folder: string,
  { onProgress, signal }: DownloadOptions,
  timeouts: HubTimeouts,
): Promise<void> {
  const access = hubAccess();
  try {
    const first = { ...access, fetch: fetchWithin(timeouts.firstAnswerMilliseconds, signal) };
    const wanted = { name: source.repo, ...(source.revision && { revision: source.revision }) };
    const { sha } = await modelInfo({ ...first, ...wanted, additionalFields: ['sha'] });
    const repository = {
      ...access,
      repo: source.repo,
      revision: sha,
      fetch: fetchWithin(laterAnswerMilliseconds, signal),
    };
    const entries: ListFileEntry[] = [];
    for await (const entry of listFiles(repository)) entries.push(entry);
    for (const { path: file, ...entry } of neededFiles(source, entries)) {
      const bytes = entry.lfs?.size ?? entry.size;
      const received = (receivedBytes: number) => onProgress?.({ file, receivedBytes, totalBytes: bytes });
      const open = async () => {
        const blob = await downloadFile({ ...repository, path: file });
        if (!blob)
          throw new GeodesicError(
            'models.not-found',
            `${source.repo} lists ${file} but does not give it: try again`,
          );
        return blob.stream() as ReadableStream<Uint8Array>;
      };
      const sha256 = entry.lfs?.oid;
      await writeVerified(
        join(folder, file),
        [open],
        { bytes, ...(sha256 && { sha256 }) },
        { received, signal },
      );
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw hubError(source.repo, error);
  }
}

function hubAccess(): { hubUrl?: string; accessToken?: string } {
  const { HF_ENDPOINT: hubUrl, HF_TOKEN: accessToken } = process.env;
  return { ...(hubUrl && { hubUrl: hubUrl.replace(/\/$/, '') }), ...(accessToken && { accessToken }) };
}

/** `fetch` that gives up when the headers of an answer take longer, but lets its body take its time. */
function fetchWithin(milliseconds: number, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(noAnswerWithin(milliseconds)), milliseconds);
    try {
      return await fetch(input, {
        ...init,
        signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      });
    } finally {
      clearTimeout(timer);
    }
  };
}

function noAnswerWithin(milliseconds: number): Error {
  return Object.assign(new Error(`no answer within ${milliseconds / 1000} s`), { code: 'ETIMEDOUT' });
}

function hubError(repo: string, error: unknown): unknown {
  if (error instanceof GeodesicError) return error;
  if (error instanceof HubApiError) {
    const advice = 'check the name, and set HF_TOKEN if the repository is gated';
    return new GeodesicError(
      'models.not-found',
      `the hub refused ${repo} with status ${error.statusCode}: ${advice}`,
      { cause: error },
    );
  }
  if (!isOfNetwork(error)) return error;
  const reason = error instanceof Error ? causeOf(error) : String(error);
  return new GeodesicError(
    'models.unreachable',
    `the Hugging Face hub can't be reached for ${repo} (${reason}): check the network`,
    { cause: error },
  );
}

function isOfNetwork(error: unknown): boolean {
  // The library passes on only the message when a file's content can't be fetched.
  if (typeof error === 'string') return true;
  if (!(error instanceof Error)) return false;
  // An answer that is not JSON is a gateway's, not the hub's.
  if (error instanceof SyntaxError) return true;
  // What `fetch` says before an answer, and in the midst of one.
  if (error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message)) return true;
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && (networkCodes.has(code) || code.startsWith('UND_ERR_'));
}

/** `fetch` says only that it failed; why is in its cause. */
function causeOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error.message;
}
