import { type Backend, type Device, nodeBuiltin, openOnce, type Tfjs } from '@geodesic/backend';
import { GeodesicError } from '@geodesic/compiler';
import { guardHeap } from './heap/guard-heap.js';
import { wasmLowering } from './lowering.js';
import { withoutEmscriptenListeners } from './process-listeners.js';
import { takeWasmConfiguration } from './wasm-configuration.js';

/** WebAssembly addresses 4 GiB, and XNNPACK keeps a packed copy of each weight. */
const WEIGHT_LIMIT_BYTES = 2 ** 31;

/** WebAssembly through tfjs: the default where there is neither a GPU nor TensorFlow. */
export const wasmBackend: Backend = {
  name: 'wasm',
  open: openOnce(openWasm),
};

async function openWasm(): Promise<Device> {
  try {
    const tf = await import('@tensorflow/tfjs-core');
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    const folder = takeWasmConfiguration()?.path ?? packageFolder();
    if (folder !== undefined) wasm.setWasmPaths(folder.endsWith('/') ? folder : `${folder}/`);
    await withoutEmscriptenListeners(() => startBackend(tf, folder));
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const threads = wasm.getThreadsCount();
    return {
      name: 'wasm',
      description: `WebAssembly ${simd ? 'with' : 'without'} SIMD, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
      tf,
      lowering: wasmLowering,
      weightLimitBytes: WEIGHT_LIMIT_BYTES,
      activate() {
        if (tf.getBackend() !== 'wasm') void tf.setBackend('wasm');
      },
      async checkErrors() {},
    };
  } catch (cause) {
    throw unavailable(cause);
  }
}

/**
 * Builds the backend beside the engine and hands it over finished. `tf.setBackend` would leave the engine without a
 * backend until WebAssembly is compiled, under the feet of a session that runs on another device.
 */
async function startBackend(tf: Tfjs, folder: string | undefined): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  if (factory === null) throw new Error('tfjs has no backend named wasm');
  const instance = await Promise.resolve(factory()).catch((cause: unknown) => {
    throw new Error(`the .wasm file did not load from ${folder ?? "the script's folder"}`, { cause });
  });
  guardHeap((instance as unknown as { wasm: Parameters<typeof guardHeap>[0] }).wasm);
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => instance, 2);
  tf.findBackend('wasm');
}

/** The folder of the `.wasm` files in Node; undefined in a browser, where tfjs looks beside the script. */
function packageFolder(): string | undefined {
  const module = nodeBuiltin('node:module');
  const path = nodeBuiltin('node:path');
  if (module === undefined || path === undefined) return undefined;
  const manifest = module
    .createRequire(import.meta.url)
    .resolve('@tensorflow/tfjs-backend-wasm/package.json');
  return path.join(path.dirname(manifest), 'dist');
}

function unavailable(cause: unknown): GeodesicError {
  if (cause instanceof GeodesicError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GeodesicError(
    'backend.unavailable',
    `The wasm backend can't start: ${reason.split('\n')[0]}; install @tensorflow/tfjs-backend-wasm@4.22.0, and in a browser serve its dist/*.wasm and pass their folder to configureWasm`,
    { cause },
  );
}
