import { cpuBackend } from '@geodesic/backend-cpu';
import { expect, it, vi } from 'vitest';
import { examineBackend } from './examine-backend.js';

it('says what a backend is and how long it takes', async () => {
  expect(await examineBackend('wasm')).toEqual({
    name: 'wasm',
    state: 'works',
    description: expect.stringContaining('WebAssembly'),
    openMs: expect.any(Number),
    probeMs: expect.any(Number),
    simd: expect.any(Boolean),
  });
});

it('reports one that computes wrong numbers', async () => {
  const device = await cpuBackend.open();
  const silu: typeof device.lowering.silu = ({ tf }, [x]) => tf.relu(x!);
  const flawed = { ...device, lowering: { ...device.lowering, silu } };
  const open = vi.spyOn(cpuBackend, 'open').mockResolvedValue(flawed);
  const { state, problem } = await examineBackend('cpu');
  open.mockRestore();
  expect(state).toBe('wrong');
  expect(problem).toContain("'silu' gives");
});

it('reports one that does not open', async () => {
  const open = vi.spyOn(cpuBackend, 'open').mockRejectedValue(new Error('no\nmemory'));
  expect(await examineBackend('cpu')).toEqual({ name: 'cpu', state: 'unavailable', problem: 'no memory' });
  open.mockRestore();
});
