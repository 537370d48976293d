import { cpuBackend } from '@geodesic/backend-cpu';
import { describe, expect, it, vi } from 'vitest';
import { nodeBackend } from './index.js';

describe('nodeBackend', () => {
  it('opens once', async () => {
    const warn = vi.spyOn(console, 'warn');
    // tfjs-node brings a second copy of the cpu backend, which must not be announced kernel by kernel.
    await cpuBackend.open();
    const device = await nodeBackend.open();
    expect(await nodeBackend.open()).toBe(device);
    device.activate();
    device.tf.scalar(1).dispose();
    expect(warn).not.toHaveBeenCalled();
    expect(device.name).toBe('node');
    expect(device.description).toMatch(/^TensorFlow 2\.\d+\.\d+, (CPU|GPU)$/);
    await device.checkErrors();
  });

  it('takes turns with cpu on the engine that they share, though tfjs-node has a tfjs of its own', async () => {
    const cpu = await cpuBackend.open();
    const node = await nodeBackend.open();
    expect(cpu.tf).not.toBe(node.tf);
    expect(cpu.tf.engine()).toBe(node.tf.engine());
    const held = () => ['cpu', 'tensorflow'].map((name) => node.tf.findBackend(name).numDataIds());
    const before = held();
    cpu.activate();
    const onCpu = cpu.tf.square([1, 2, 3]);
    node.activate();
    const onNode = node.tf.square([4, 5]);
    cpu.activate();
    const againOnCpu = cpu.tf.square([6]);
    // What each backend holds now, less what it held: the result of an op lies where the op ran.
    expect(held().map((count, i) => count - (before[i] ?? 0))).toEqual([2, 1]);
    const values = [onCpu, onNode, againOnCpu].map((tensor) => [...tensor.dataSync()]);
    expect(values).toEqual([[1, 4, 9], [16, 25], [36]]);
    cpu.tf.dispose([onCpu, onNode, againOnCpu]);
    expect(held()).toEqual(before);
  });
});
