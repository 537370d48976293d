import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { GeodesicError } from '@geodesic/compiler';
import { catalogue } from '@geodesic/weights';
import type { Connect, Plugin } from 'vite';
import {
  CATALOGUE_PATH,
  FILES_PATH,
  MODELS_PATH,
  type OfferedModel,
  type ServerLine,
} from '../src/server-paths.js';
import { parseByteRange } from './byte-range.js';
import { FoundModels } from './found-models.js';

/**
 * Gives the page the models of the catalogue and the hub, from the cache that the command line fills. They come through the server, so
 * that a download is checked and kept, and a token for the hub stays out of the page.
 */
export function modelServer(): Plugin {
  const models = new FoundModels();
  const install = ({ middlewares }: { readonly middlewares: Connect.Server }) => {
    middlewares.use(`/${CATALOGUE_PATH}`, (_, response) => sendJson(response, offeredModels()));
    middlewares.use(`/${MODELS_PATH}`, (request, response) => void findModel(models, request, response));
    middlewares.use(`/${FILES_PATH}`, (request, response) => sendFile(models, request, response));
  };
  return { name: 'geodesic:model-server', configureServer: install, configurePreviewServer: install };
}

function offeredModels(): OfferedModel[] {
  return Object.entries(catalogue).map(([name, { description, license }]) => ({
    name,
    description,
    license,
  }));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
}

async function findModel(
  models: FoundModels,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Other sites' pages can't send JSON without asking first: they can't start downloads here.
  if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
    response.writeHead(405).end();
    return;
  }
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  response.setHeader('Content-Type', 'application/x-ndjson');
  const say = (line: ServerLine) => response.write(`${JSON.stringify(line)}\n`);
  try {
    const { name } = JSON.parse(await readText(request)) as { readonly name: unknown };
    const files = await models.find(String(name), {
      onProgress: (progress) => say({ kind: 'download', ...progress }),
      signal: abort.signal,
    });
    say({ kind: 'files', files });
  } catch (error) {
    const code = error instanceof GeodesicError ? error.code : 'playground.server';
    say({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  }
  response.end();
}

function sendFile(models: FoundModels, request: IncomingMessage, response: ServerResponse): void {
  const [model = '', name = ''] = (request.url ?? '').replace(/^\//, '').split('/').map(decodeURIComponent);
  const file = models.file(model, name);
  const range = file && parseByteRange(request.headers.range, file.size);
  if (file === undefined || range === 'invalid') {
    response.writeHead(file === undefined ? 404 : 416).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': end - start + 1,
    ...(range && { 'Content-Range': `bytes ${start}-${end}/${file.size}` }),
    // The browser shall not keep a second copy of what is on this disk.
    'Cache-Control': 'no-store',
  });
  const stream = createReadStream(file.path, { start, end });
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}
