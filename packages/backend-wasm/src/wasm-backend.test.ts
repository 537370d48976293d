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
