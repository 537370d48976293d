import { expect, it, vi } from 'vitest';
import { configureWasm, wasmBackend } from './index.js';

// A file of its own: tfjs takes no other path in a process in which WebAssembly failed to start.
it('says what to do when the .wasm files are not where it was told', async () => {
  // Emscripten prints the failure as well.
  for (const method of ['warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
  configureWasm({ path: '/nowhere' });
  await expect(wasmBackend.open()).rejects.toMatchObject({
    code: 'backend.unavailable',
    message: expect.stringMatching(
      /^The wasm backend can't start: .* from \/nowhere; install .* configureWasm$/,
    ),
  });
});
