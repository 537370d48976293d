import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { GeodesicError } from '@geodesic/compiler';
import { MODEL_PATH, type Refusal } from '../protocol.js';
import { Answers, type Beginning } from './answers.js';
import { pageFiles } from './page-files.js';
import type { ViewedModel } from './viewed-model.js';

const HOST = '127.0.0.1';

/** A page that is being served. */
export interface Viewer {
  readonly url: string;
  /** Ends the server with its connections, and frees the model. */
  close(): Promise<void>;
}

export interface ViewerOptions extends Beginning {
  /** 0: one that is free. */
  readonly port: number;
}

/**
 * Serves the page of a model on this machine alone.
 *
 * @throws GeodesicError `view.port` for a port that can't be had
 */
export async function startViewer(model: ViewedModel, options: ViewerOptions): Promise<Viewer> {
  const { port, ...beginning } = options;
  const answers = new Answers(model, beginning);
  const sendFile = await pageFiles();
  const server = createServer((request, response) => {
    if (!isLocal(request)) return void response.writeHead(403).end();
    if (!request.url?.startsWith('/api/')) return sendFile(request, response);
    void answer(answers, request, response);
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}/`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await answers.dispose();
    },
  };
}

/** A name that somebody else's server has, pointed at this machine, must not reach the page's answers. */
function isLocal({ headers, socket }: IncomingMessage): boolean {
  const port = socket.localPort;
  return headers.host === `${HOST}:${port}` || headers.host === `localhost:${port}`;
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'something else listens there' : message;
    throw new GeodesicError(
      'view.port',
      `port ${port} can't be had: ${reason}; give another --port, or none for one that is free`,
    );
  }
}

async function answer(answers: Answers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').slice(1);
  // Other sites' pages can't send JSON without asking first.
  const isQuestion = request.method === 'POST' && request.headers['content-type'] === 'application/json';
  if (!isQuestion && !(request.method === 'GET' && path === MODEL_PATH)) {
    response.writeHead(405).end();
    return;
  }
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  try {
    const question: unknown = isQuestion ? JSON.parse(await readText(request)) : undefined;
    const found = await answers.answer(path, question, abort.signal);
    send(response, found === undefined ? 404 : 200, found ?? {});
  } catch (error) {
    if (!abort.signal.aborted) send(response, 200, refusalOf(error));
  }
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function refusalOf(error: unknown): Refusal {
  return {
    refused: {
      code: error instanceof GeodesicError ? error.code : 'view.unexpected',
      message: error instanceof Error ? error.message : String(error),
    },
  };
}
