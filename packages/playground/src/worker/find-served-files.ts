import { GeodesicError } from '@geodesic/compiler';
import type { RandomAccessFile } from '@geodesic/weights';
import { MODELS_PATH, type ServedFile, type ServerLine } from '../server-paths.js';
import { servedFile } from './served-file.js';
import { throwIfAborted } from './throw-if-aborted.js';

/**
 * Has the page's server find a model, and opens its files there.
 *
 * @param onDownload is told how many bytes of the file that is being fetched have come; a total of 0 is not known
 * @throws GeodesicError what the server says; `playground.server` where it doesn't answer; `run.aborted`
 */
export async function findServedFiles(
  name: string,
  onDownload: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<readonly RandomAccessFile[]> {
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}${MODELS_PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name }),
      signal,
    });
    if (!response.ok || response.body === null) throw noServer(`status ${response.status}`);
    const files = await filesFrom(response.body, onDownload);
    return files.map((file) => servedFile(name, file, signal));
  } catch (error) {
    throwIfAborted(signal);
    if (error instanceof GeodesicError) throw error;
    throw noServer(error instanceof Error ? error.message : String(error));
  }
}

async function filesFrom(
  body: ReadableStream<Uint8Array>,
  onDownload: (done: number, total: number) => void,
): Promise<readonly ServedFile[]> {
  for await (const line of linesOf(body)) {
    const message = JSON.parse(line) as ServerLine;
    if (message.kind === 'files') return message.files;
    if (message.kind === 'failed') throw new GeodesicError(message.code, message.message);
    onDownload(message.receivedBytes, message.totalBytes ?? 0);
  }
  throw noServer('it broke off');
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function noServer(reason: string): GeodesicError {
  return new GeodesicError(
    'playground.server',
    `the page's server gives no models (${reason}): start it with npm run playground, or choose local files`,
  );
}
