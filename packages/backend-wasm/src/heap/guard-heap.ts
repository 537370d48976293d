import { GeodesicError } from '@geodesic/compiler';

/** The parts of Emscripten's module that allocate. */
interface AllocatingModule {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  readonly HEAPU8: Uint8Array;
}

/**
 * Makes allocations that don't fit throw. Near the 4 GiB that WebAssembly addresses, tfjs' allocator answers with 0 or with
 * memory beyond the heap, and tfjs goes on with it: tensors would overwrite each other.
 */
export function guardHeap(module: AllocatingModule): void {
  // Emscripten puts the real function in place of a stub at the first call.
  module._free(module._malloc(4));
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const pointer = allocate(bytes);
    const start = pointer >>> 0;
    if (bytes > 0 && (start === 0 || start + bytes > module.HEAPU8.buffer.byteLength)) {
      throw new GeodesicError(
        'backend.memory',
        `the wasm backend has no room for ${(bytes / 1e6).toFixed(0)} MB more: WebAssembly addresses 4 GiB; use a shorter prompt or another backend`,
      );
    }
    return pointer;
  };
}
