import { expect, it } from 'vitest';
import { wasmBackend } from '../index.js';
import type { HeapBackend } from './heap-kernel.js';

it('refuses what does not fit in 4 GiB, and goes on with what does', async () => {
  const device = await wasmBackend.open();
  device.activate();
  const backend = device.tf.backend() as HeapBackend;
  const held: object[] = [];
  // Allocated but never written, so that no memory of the machine is taken.
  const fill = () => {
    for (let i = 0; i < 5; i++) held.push(backend.makeOutput([225_000_000], 'float32').dataId);
  };
  expect(fill).toThrow(/no room for 900 MB more/);
  expect(held.length).toBe(4);
  for (const dataId of held) backend.disposeData(dataId);
  const sum = device.tf.add([1, 2], [3, 4]);
  expect([...(await sum.data())]).toEqual([4, 6]);
  sum.dispose();
});
