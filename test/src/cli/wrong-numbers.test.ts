import { join } from 'node:path';
import { cpuBackend } from '@geodesic/backend-cpu';
import { nodeBackend } from '@geodesic/backend-node';
import { wasmBackend } from '@geodesic/backend-wasm';
import { webgpuBackend } from '@geodesic/backend-webgpu';
import { loadModel, openBackend } from 'geodesic';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GOLDENS } from '../read-golden.js';

const MODEL = join(GOLDENS, 'tiny-llama');

// Of every backend: which of them work here should not matter.
beforeEach(async () => {
  const device = await cpuBackend.open();
  const softmax: typeof device.lowering.softmax = (context, inputs, attributes) =>
    context.tf.mul(device.lowering.softmax(context, inputs, attributes), 1.01);
  const flawed = { ...device, name: 'node', lowering: { ...device.lowering, softmax } };
  vi.spyOn(nodeBackend, 'open').mockResolvedValue(flawed);
  vi.spyOn(webgpuBackend, 'open').mockRejectedValue(new Error('no GPU'));
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('a backend that computes wrong numbers is refused', async () => {
  const refusal = {
    code: 'backend.wrong-numbers',
    message: expect.stringMatching(
      /^The node backend \(.+\) computes wrong numbers: 'softmax' gives .+off by/,
    ),
  };
  await expect(openBackend('node')).rejects.toMatchObject(refusal);
  await expect(loadModel(MODEL, { backend: 'node' })).rejects.toMatchObject(refusal);
});

it('and passed over by auto, with a warning', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const device = await openBackend('auto');
  const text = written.mock.calls.map(([line]) => String(line)).join('');
  expect(device).toBe(await wasmBackend.open());
  expect(text).toMatch(/^warning: The node backend .+'softmax' gives/m);
  expect(text).toMatch(/^backend: wasm .+; passed over node: it computes wrong numbers$/m);
});
