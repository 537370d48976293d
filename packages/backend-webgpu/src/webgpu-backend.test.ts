import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cpuBackend } from '@geodesic/backend-cpu';
import { describe, expect, it } from 'vitest';
import { findAdapter, webgpuBackend } from './index.js';

describe('webgpuBackend', () => {
  it('opens once, on the adapter that it finds', async () => {
    const device = await webgpuBackend.open();
    expect(await webgpuBackend.open()).toBe(device);
    expect(device.name).toBe('webgpu');
    const adapter = await findAdapter();
    expect(device.description).toBe(adapter?.description);
    expect(device.description.endsWith('(software)')).toBe(adapter?.software);
  });

  it('takes turns with cpu on the one engine that they share', async () => {
    const cpu = await cpuBackend.open();
    const webgpu = await webgpuBackend.open();
    const { tf } = webgpu;
    expect(cpu.tf).toBe(tf);
    const held = () => ['cpu', 'webgpu'].map((name) => tf.findBackend(name).numDataIds());
    const before = held();
    const onCpu = tf.tidy(() => {
      cpu.activate();
      return tf.square([1, 2, 3]);
    });
    const onWebgpu = tf.tidy(() => {
      webgpu.activate();
      return tf.square([4, 5]);
    });
    // A batch that is still recorded keeps its inputs.
    await webgpu.checkErrors();
    expect(held().map((count, i) => count - (before[i] ?? 0))).toEqual([1, 1]);
    expect([...(await onWebgpu.data())]).toEqual([16, 25]);
    expect([...(await onCpu.data())]).toEqual([1, 4, 9]);
    tf.dispose([onCpu, onWebgpu]);
  });

  it('reports what goes wrong on the device, once', async () => {
    const device = await webgpuBackend.open();
    const { device: gpu } = device.tf.findBackend('webgpu') as unknown as { device: GPUDevice };
    gpu.createShaderModule({ code: 'fn main( {' });
    gpu.createBuffer({ size: 4, usage: 0 });
    await expect(device.checkErrors()).rejects.toMatchObject({
      code: 'backend.device-error',
      message: expect.stringMatching(/^The webgpu device .* reported: .* and 1 more; .*$/),
    });
    await device.checkErrors();
  });

  it('lets a Node process end', async () => {
    // The built package, as a user's program has it: `npm test` builds before it tests.
    const program = `
      import { webgpuBackend } from '@geodesic/backend-webgpu';
      const device = await webgpuBackend.open();
      device.activate();
      const [nine] = await device.tf.square(3).data();
      await device.checkErrors();
      console.log(nine);
    `;
    const { XDG_RUNTIME_DIR: _, ...env } = process.env;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
      env,
      timeout: 30_000,
    });
    expect((await run).stdout).toBe('9\n');
  });
});
