import { ensureRuntimeDirectory } from './runtime-directory.js';

/** The npm package that brings WebGPU to Node: Dawn, Chromium's implementation. */
interface DawnModule {
  create(options: readonly string[]): GPU;
  readonly globals: Record<string, unknown>;
}

let entry: Promise<GPU> | undefined;

/**
 * `navigator.gpu`: the browser's own, or in Node Dawn's, put where tfjs looks for it. It must be there before
 * tfjs-backend-webgpu is imported, which otherwise doesn't register itself.
 */
export function webgpuEntry(): Promise<GPU> {
  entry ??= findEntry().catch((error: unknown) => {
    entry = undefined;
    throw error;
  });
  return entry;
}

async function findEntry(): Promise<GPU> {
  const scope = globalThis as unknown as { navigator?: { gpu?: GPU } };
  if (scope.navigator?.gpu) return scope.navigator.gpu;
  if (typeof globalThis.process?.versions?.node !== 'string') {
    throw new Error(
      'this browser has no navigator.gpu, or the page is not served over https or from localhost',
    );
  }
  ensureRuntimeDirectory();
  const dawn = await importDawn();
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  if (scope.navigator) {
    Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  } else {
    // Node 20 has no navigator; tfjs reads its userAgent too.
    const value = { gpu, userAgent: `Node.js/${process.versions.node}` };
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
  }
  return gpu;
}

async function importDawn(): Promise<DawnModule> {
  // In a variable, so that no bundler for the browser follows it: the package loads a native library.
  const name = 'webgpu';
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as DawnModule;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new Error(`the npm package webgpu can't be loaded (${reason})`, { cause });
  }
}
