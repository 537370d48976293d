import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { BUNDLE_START, type Bundle } from './bundle.js';

/** Where the page finds tfjs' `.wasm` files: what an entry passes to `configureWasm`. */
export const WASM_PATH = '/wasm/';

const PAGE = `<!doctype html><meta charset="utf-8"><title>Geodesic</title><link rel="icon" href="data:,">
<script type="module" src="${BUNDLE_START}"></script>`;

const wasmFolder = join(
  dirname(
    createRequire(import.meta.resolve('@geodesic/backend-wasm')).resolve(
      '@tensorflow/tfjs-backend-wasm/package.json',
    ),
  ),
  'dist',
);

/** A page on localhost, which a browser trusts with WebGPU as it does https. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a page that loads the bundle, on a free port of localhost. */
export async function serve(bundle: Bundle): Promise<Site> {
  const server = createServer((request, response) => {
    void answer(bundle, request.url ?? '/').then(([type, body]) => {
      response.writeHead(type === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => close(server) };
}

async function answer(
  bundle: Bundle,
  path: string,
): Promise<[type: string | undefined, body: string | Uint8Array]> {
  if (path === '/') return ['text/html', PAGE];
  const script = bundle.get(path);
  if (script) return ['text/javascript', script];
  if (path.startsWith(WASM_PATH)) {
    const file = await readFile(join(wasmFolder, basename(path))).catch(() => undefined);
    if (file) return ['application/wasm', file];
  }
  return [undefined, `nothing at ${path}`];
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
