import { GeodesicError } from '@geodesic/compiler';

/** Where the page serves what the wasm backend fetches. */
export interface WasmConfiguration {
  /** URL or path of the folder with tfjs' three `.wasm` files (`dist/` of `@tensorflow/tfjs-backend-wasm`). */
  readonly path: string;
}

let configuration: WasmConfiguration | undefined;
let inUse = false;

/**
 * Says where the `.wasm` files are; needed in a browser unless they lie beside the page's script.
 * In Node they are found in the tfjs package, and this is needed only for other files than those.
 *
 * @throws GeodesicError `backend.configured-late` after the wasm backend was opened
 */
export function configureWasm(options: WasmConfiguration): void {
  if (inUse) {
    throw new GeodesicError(
      'backend.configured-late',
      'configureWasm was called after the wasm backend was opened; call it before the first wasmBackend.open()',
    );
  }
  configuration = options;
}

/** Takes the configuration for good: tfjs reads the path only once. */
export function takeWasmConfiguration(): WasmConfiguration | undefined {
  inUse = true;
  return configuration;
}
