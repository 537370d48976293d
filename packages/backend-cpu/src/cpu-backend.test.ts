import { describe, expect, it, vi } from 'vitest';
import { cpuBackend } from './index.js';

describe('cpuBackend', () => {
  it('opens once', async () => {
    const warn = vi.spyOn(console, 'warn');
    const device = await cpuBackend.open();
    expect(await cpuBackend.open()).toBe(device);
    device.activate();
    device.tf.scalar(1).dispose();
    expect(warn).not.toHaveBeenCalled();
    expect(device.name).toBe('cpu');
    expect(device.description).toBe('JavaScript, one thread');
    await device.checkErrors();
  });

  it('computes what is expected and leaves no tensor behind', async () => {
    const device = await cpuBackend.open();
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
});

function expectClose(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
}
