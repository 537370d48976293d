import { cpuBackend } from '@geodesic/backend-cpu';
import { GeodesicError } from '@geodesic/compiler';
import { describe, expect, it, vi } from 'vitest';
import { configureWasm, wasmBackend } from './index.js';

describe('wasmBackend', () => {
  it('opens under the feet of a session on cpu, and leaves no listeners on the process', async () => {
    const listeners = () => [process.listeners('uncaughtException'), process.listeners('unhandledRejection')];
    const before = listeners();
    const cpu = await cpuBackend.open();
    let opening = true;
    const open = wasmBackend.open().finally(() => {
      opening = false;
    });
    let steps = 0;
    while (opening) {
      cpu.activate();
      const sum = cpu.tf.add(steps, 1);
      expect(sum.dataSync()[0]).toBe(++steps);
      sum.dispose();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await open;
    expect(steps).toBeGreaterThan(1);
    expect(listeners()).toEqual(before);
  });

  it('opens once', async () => {
    const warn = vi.spyOn(console, 'warn');
    const device = await wasmBackend.open();
    expect(await wasmBackend.open()).toBe(device);
    device.activate();
    device.tf.scalar(1).dispose();
    expect(warn).not.toHaveBeenCalled();
    expect(device.name).toBe('wasm');
    expect(device.description).toBe('WebAssembly with SIMD, one thread');
    await device.checkErrors();
  });

  it('computes what is expected and leaves no tensor behind', async () => {
    const device = await wasmBackend.open();
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

  it('takes turns with cpu on the one engine that they share', async () => {
    const cpu = await cpuBackend.open();
    const wasm = await wasmBackend.open();
    const { tf } = wasm;
    expect(cpu.tf).toBe(tf);
    const held = () => ['cpu', 'wasm'].map((name) => tf.findBackend(name).numDataIds());
    const before = held();
    cpu.activate();
    const onCpu = tf.square([1, 2, 3]);
    wasm.activate();
    const onWasm = tf.square([4, 5]);
    cpu.activate();
    const againOnCpu = tf.square([6]);
    // What each backend holds now, less what it held: the result of an op lies where the op ran.
    expect(held().map((count, i) => count - (before[i] ?? 0))).toEqual([2, 1]);
    wasm.activate();
    const values = [onCpu, onWasm, againOnCpu].map((tensor) => [...tensor.dataSync()]);
    expect(values).toEqual([[1, 4, 9], [16, 25], [36]]);
    tf.dispose([onCpu, onWasm, againOnCpu]);
    expect(held()).toEqual(before);
  });

  it('refuses a configuration that comes too late', async () => {
    await wasmBackend.open();
    expect(() => configureWasm({ path: '/elsewhere/' })).toThrow(GeodesicError);
  });
});

function expectClose(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
}
