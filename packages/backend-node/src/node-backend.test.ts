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

  it('computes what is expected and leaves no tensor behind', async () => {
    const device = await nodeBackend.open();
    const { tf } = device;
    device.activate();
    const before = tf.memory().numTensors;
    const results = tf.tidy(() => {
      const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      return {
        matMul: tf.matMul(a, tf.tensor2d([1, 1, 0, 1], [2, 2])),
        softmax: tf.softmax(tf.tensor1d([0, Math.log(3)])),
        gather: tf.gather(a, tf.tensor1d([1, 1, 0], 'int32')),
        acos: tf.acos(tf.tensor1d([1, 0.5, 0, -1])),
        concat: tf.concat([a, tf.tensor2d([5, 6], [1, 2])]),
        erf: tf.erf(tf.tensor1d([0, 0.5, -1])),
      };
    });
    const read = async (name: keyof typeof results) => [...(await results[name].data())];
    expect(await read('matMul')).toEqual([1, 3, 3, 7]);
    expectClose(await read('softmax'), [0.25, 0.75]);
    expect(await read('gather')).toEqual([3, 4, 3, 4, 1, 2]);
    expectClose(await read('acos'), [0, Math.PI / 3, Math.PI / 2, Math.PI]);
    expect(await read('concat')).toEqual([1, 2, 3, 4, 5, 6]);
    expectClose(await read('erf'), [0, 0.5204998778, -0.8427007929]);
    tf.dispose(results);
    expect(tf.memory().numTensors).toBe(before);
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

function expectClose(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
}
