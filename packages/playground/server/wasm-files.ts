import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { WASM_FOLDER } from '../src/server-paths.js';

const NAMES = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

/** Puts tfjs' `.wasm` files where the worker looks for them, by the names that tfjs asks for: served, and in the build. */
export function wasmFiles(): Plugin {
  return {
    name: 'geodesic:wasm-files',
    configureServer({ middlewares }) {
      middlewares.use(`/${WASM_FOLDER}`, (request, response, next) => {
        const name = NAMES.find((one) => request.url === `/${one}`);
        if (name === undefined) return next();
        readWasm(name).then(
          (bytes) => response.setHeader('Content-Type', 'application/wasm').end(bytes),
          next,
        );
      });
    },
    async generateBundle() {
      for (const name of NAMES) {
        this.emitFile({ type: 'asset', fileName: `${WASM_FOLDER}${name}`, source: await readWasm(name) });
      }
    },
  };
}

/** The package belongs to the backend, wherever the package manager has put it. */
function readWasm(name: string): Promise<Uint8Array> {
  const backend = createRequire(import.meta.resolve('@geodesic/backend-wasm'));
  const manifest = backend.resolve('@tensorflow/tfjs-backend-wasm/package.json');
  return readFile(join(dirname(manifest), 'dist', name));
}
